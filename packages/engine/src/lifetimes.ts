import type { EngineMemory } from './engine.ts'
import type { Storage, Tensor } from './tensor.ts'

/** Keeps account of who owns which storage: a stack of scopes, each a set of what was made in it. */
export interface Lifetimes {
  readonly memory: EngineMemory
  adopt(storage: Storage): void
  /** Frees every tensor in a value. */
  release(value: unknown): void
  scope<T>(body: () => T): T
  /** Tells how many bytes are allocated now, to keep the peak. */
  allocated(bytes: number): void
}

/** @param free gives one storage's memory back */
export function createLifetimes(free: (storage: Storage) => void): Lifetimes {
  const scopes: Set<Storage>[] = [new Set()]
  const memory = { liveBuffers: 0, liveBytes: 0, peakBytes: 0 }

  const releaseStorage = (storage: Storage) => {
    const owner = scopes.find((scope) => scope.delete(storage))
    if (!owner) return
    memory.liveBuffers--
    memory.liveBytes -= storage.bytes
    free(storage)
  }

  const close = (scope: Set<Storage>, result: unknown) => {
    const parent = scopes[scopes.indexOf(scope) - 1]!
    for (const storage of storagesIn(result)) if (scope.delete(storage)) parent.add(storage)
    for (const storage of [...scope]) releaseStorage(storage)
    scopes.splice(scopes.indexOf(scope), 1)
  }

  return {
    memory,
    adopt(storage) {
      scopes.at(-1)!.add(storage)
      memory.liveBuffers++
      memory.liveBytes += storage.bytes
    },
    release(value) {
      for (const storage of [...storagesIn(value)]) releaseStorage(storage)
    },
    allocated: (bytes) => void (memory.peakBytes = Math.max(memory.peakBytes, bytes)),
    scope<T>(body: () => T): T {
      const scope = new Set<Storage>()
      scopes.push(scope)
      let result: T
      try {
        result = body()
      } catch (error) {
        close(scope, undefined)
        throw error
      }
      if (!(result instanceof Promise)) {
        close(scope, result)
        return result
      }
      return result.then(
        (value: unknown) => (close(scope, value), value),
        (error: unknown) => {
          close(scope, undefined)
          throw error
        },
      ) as T
    },
  }
}

function* storagesIn(value: unknown): Generator<Storage> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (isTensor(value)) yield value.storage
  else for (const inner of Object.values(value)) yield* storagesIn(inner)
}

const isTensor = (value: object): value is Tensor => 'storage' in value && 'dtype' in value
