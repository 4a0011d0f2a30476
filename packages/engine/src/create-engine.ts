import type { Backend } from './backend.ts'
import type { Engine, EngineMemory, Span, TensorData } from './engine.ts'
import { EngineError } from './errors.ts'
import type { Scope } from './lifetimes.ts'
import { createLifetimes } from './lifetimes.ts'
import type { Tensor } from './tensor.ts'
import { elementCount, storagesIn } from './tensor.ts'
import { waitFor } from './wait.ts'

/** A piece of work that has the engine, and the one that it was taken from. */
interface User {
  readonly label: string
  readonly outer: User | undefined
}

/** What every engine does alike, over what each kind does in its own way. */
export function createEngine(backend: Backend): Engine {
  const { kind, name, half, bytes, loss } = backend
  const lifetimes = createLifetimes((storage) => backend.free(storage))
  const memory: EngineMemory = {
    get liveBuffers() {
      return lifetimes.liveBuffers
    },
    get liveBytes() {
      return lifetimes.liveBytes
    },
    get peakBytes() {
      return backend.peakBytes
    },
    get broughtBytes() {
      return backend.broughtBytes ?? 0
    },
  }
  let user: User | undefined
  let isDisposed = false

  const dispose = () => {
    if (isDisposed) return
    isDisposed = true
    backend.dispose()
  }

  /** The engine as the work `own` sees it that is `user` now, and everything made on it falls to `scope`. */
  const engineOf = (scope: Scope, own: User | undefined): Engine => {
    const enter = () => {
      if (isDisposed) throw new EngineError('engine/lost', 'engine: it was disposed of')
      loss.check()
      if (!scope.isOpen)
        throw new EngineError(
          'engine/freed',
          'engine: expected a scope that is open, got an ended one',
        )
      if (user !== own)
        throw new EngineError('engine/busy', `engine: expected it free, but ${user!.label} has it`)
    }
    /** A tensor that `fill` writes to. */
    const make = (x: Tensor, fill: (x: Tensor) => void): Tensor => {
      try {
        fill(x)
      } catch (error) {
        backend.free(x.storage)
        throw error
      }
      scope.adopt(x.storage)
      return x
    }
    return {
      kind,
      name,
      half,
      bytes,
      memory,
      gpu: backend.gpu,
      lost: loss.promise,
      run(op, args) {
        enter()
        const { shape, dtype } = op.output(args)
        return make(backend.allocate(shape, dtype, args), (out) => backend.run(op, args, out))
      },
      upload(data, shape, dtype = typeOf(data)) {
        enter()
        checkCount('upload', data, shape)
        return make(backend.allocate(shape, dtype), (x) => backend.write(x, data))
      },
      hold(data, shape, dtype = typeOf(data)) {
        enter()
        checkCount('hold', data, shape)
        if (backend.hold) return make(backend.hold(shape, dtype, data), () => {})
        return make(backend.allocate(shape, dtype), (x) => backend.write(x, data))
      },
      unload(value) {
        for (const storage of storagesIn(value)) backend.unload?.(storage)
      },
      zeros(shape, dtype = 'f32') {
        enter()
        return make(backend.allocate(shape, dtype), (x) => backend.clear(x))
      },
      async read(x, { into, ...options } = {}) {
        enter()
        const count = elementCount(x.shape)
        if (into && into.length !== count)
          throw new RangeError(`read: expected a place for ${count} numbers, got ${into.length}`)
        const values = into ?? new Float32Array(count)
        await waitFor(backend.read(x, values), loss, options)
        return values
      },
      async readWords(x, options) {
        enter()
        return waitFor(backend.readWords(x), loss, options)
      },
      scope(body) {
        enter()
        const inner = scope.open()
        return closing(inner, () => body(engineOf(inner, own)))
      },
      release: (value) => lifetimes.release(value),
      use(label) {
        enter()
        const inner = scope.open()
        const taken = (user = { label, outer: own })
        return {
          engine: engineOf(inner, taken),
          keep: (value) => (inner.keep(value), value),
          [Symbol.dispose]() {
            inner.close()
            if (!isWithin(user, taken)) return
            user = taken.outer
            if (!user && !isDisposed) backend.abandon()
          },
        }
      },
      async settle(options) {
        enter()
        return waitFor(backend.finish(), loss, options)
      },
      async pace(options) {
        enter()
        return waitFor(backend.pace(), loss, options)
      },
      async prepare(body) {
        loss.check()
        await waitFor(backend.prepare(body), loss)
      },
      trim() {
        enter()
        backend.trim()
      },
      time(label, body) {
        enter()
        return backend.time(label, body)
      },
      async spans(options) {
        enter()
        return waitFor(backend.spans(), loss, options)
      },
      async timings(options) {
        enter()
        return secondsByLabel(await waitFor(backend.spans(), loss, options))
      },
      dispose,
      [Symbol.dispose]: dispose,
    }
  }
  return engineOf(lifetimes.root, undefined)
}

const typeOf = (data: TensorData) => (data instanceof Uint32Array ? 'u32' : 'f32')

function checkCount(name: string, { length }: TensorData, shape: readonly number[]) {
  const count = elementCount(shape)
  if (length !== count)
    throw new RangeError(
      `${name}: expected ${count} numbers for [${shape.join(', ')}], got ${length}`,
    )
}

export function secondsByLabel(spans: readonly Span[]): Record<string, number> {
  const seconds: Record<string, number> = {}
  for (const { label, start, end } of spans) seconds[label] = (seconds[label] ?? 0) + end - start
  return seconds
}

/** Runs `body` and closes its scope when it has ended; what it gives goes to the scope around. */
function closing<T>(scope: Scope, body: () => T): T {
  const end = (result?: unknown) => {
    scope.keep(result)
    scope.close()
  }
  let result: T
  try {
    result = body()
  } catch (error) {
    end()
    throw error
  }
  if (!(result instanceof Promise)) {
    end(result)
    return result
  }
  return result.then(
    (value: unknown) => (end(value), value),
    (error: unknown) => {
      end()
      throw error
    },
  ) as T
}

/** Whether `user` is `work`, or took the engine from it. */
function isWithin(user: User | undefined, work: User): boolean {
  for (let at = user; at; at = at.outer) if (at === work) return true
  return false
}
