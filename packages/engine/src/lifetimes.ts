import type { Storage } from './tensor.ts'
import { storagesIn } from './tensor.ts'

/** What was made in one piece of work, and in the scopes within it. */
export interface Scope {
  readonly isOpen: boolean
  adopt(storage: Storage): void
  /** A scope within this one. */
  open(): Scope
  /** Hands the tensors of a value that were made here to the scope around this one. */
  keep(value: unknown): void
  /** Frees what was made here, and in scopes within that are still open. */
  close(): void
}

/** Keeps account of who owns which storage. Scopes are values: what is made in one cannot fall to another. */
export interface Lifetimes {
  readonly root: Scope
  readonly liveBuffers: number
  readonly liveBytes: number
  /** Frees every tensor in a value, whichever scope made it. */
  release(value: unknown): void
}

/** @param free gives one storage's memory back */
export function createLifetimes(free: (storage: Storage) => void): Lifetimes {
  /** Of every storage that is alive, the set it is in. */
  const owners = new Map<Storage, Set<Storage>>()
  let liveBytes = 0

  const end = (storage: Storage) => {
    if (!owners.get(storage)?.delete(storage)) return
    owners.delete(storage)
    liveBytes -= storage.bytes
    free(storage)
  }

  const createScope = (outer?: Scope, closed = () => {}): Scope => {
    const owned = new Set<Storage>()
    const inner = new Set<Scope>()
    let isOpen = true
    return {
      get isOpen() {
        return isOpen
      },
      adopt(storage) {
        if (!owners.has(storage)) liveBytes += storage.bytes
        owned.add(storage)
        owners.set(storage, owned)
        if (!isOpen) end(storage)
      },
      open() {
        const scope = createScope(this, () => void inner.delete(scope))
        inner.add(scope)
        return scope
      },
      keep(value) {
        if (!outer) return
        for (const storage of storagesIn(value)) if (owned.delete(storage)) outer.adopt(storage)
      },
      close() {
        isOpen = false
        for (const scope of [...inner]) scope.close()
        for (const storage of [...owned]) end(storage)
        closed()
      },
    }
  }

  return {
    root: createScope(),
    get liveBuffers() {
      return owners.size
    },
    get liveBytes() {
      return liveBytes
    },
    release(value) {
      for (const storage of [...storagesIn(value)]) end(storage)
    },
  }
}
