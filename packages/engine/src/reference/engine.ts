import type { Engine } from '../engine.ts'
import type { HostStorage } from '../host.ts'
import { floats, words } from '../host.ts'
import { createLifetimes } from '../lifetimes.ts'
import { createStopwatch } from '../stopwatch.ts'
import type { DType } from '../dtype.ts'
import type { Tensor } from '../tensor.ts'
import { byteLength } from '../tensor.ts'

/** The oracle as an engine: every operation's obvious TypeScript, in f32 storage and double arithmetic. */
export function createReferenceEngine(): Engine {
  let allocatedBytes = 0
  const lifetimes = createLifetimes((storage) => void (allocatedBytes -= storage.bytes))
  const stopwatch = createStopwatch()

  const allocate = (shape: readonly number[], dtype: DType = 'f32'): Tensor => {
    const hostType = dtype === 'u32' ? 'u32' : 'f32'
    const buffer = new ArrayBuffer(byteLength({ shape, dtype: hostType }))
    const storage: HostStorage = {
      bytes: buffer.byteLength,
      floats: () => new Float32Array(buffer),
      words: () => new Uint32Array(buffer),
    }
    lifetimes.adopt(storage)
    lifetimes.allocated((allocatedBytes += storage.bytes))
    return { shape: [...shape], dtype: hostType, storage }
  }

  return {
    kind: 'reference',
    name: 'plain TypeScript',
    half: 'f32',
    memory: lifetimes.memory,
    run(op, args) {
      const spec = op.output(args)
      const out = allocate(spec.shape, spec.dtype)
      op.reference(args, out)
      return out
    },
    upload(data, shape, dtype = data instanceof Uint32Array ? 'u32' : 'f32') {
      const x = allocate(shape, dtype)
      ;(x.dtype === 'u32' ? words(x) : floats(x)).set(data)
      return x
    },
    zeros: (shape, dtype) => allocate(shape, dtype),
    read: (x) => Promise.resolve(floats(x).slice()),
    readWords: (x) => Promise.resolve(words(x).slice()),
    scope: (body) => lifetimes.scope(body),
    release: (value) => lifetimes.release(value),
    settle: nextTurn,
    trim: () => {},
    time: (label, body) => stopwatch.time(label, body),
    timings: () => Promise.resolve(stopwatch.timings()),
    dispose: () => {},
  }
}

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
