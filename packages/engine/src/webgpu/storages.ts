import type { DType } from '../dtype.ts'
import { freed } from '../errors.ts'
import type { Storage, Tensor } from '../tensor.ts'
import { byteLength, storagesIn } from '../tensor.ts'
import type { DeviceMemory } from './device-memory.ts'
import type { Stretch } from './stretch.ts'

/** Where tensors' numbers are: on the device, or in the host's memory and on the device while they are used. */
export interface Storages {
  readonly broughtBytes: number
  /** @param used what the operation that writes it uses */
  allocate(shape: readonly number[], dtype: DType, used?: unknown): Tensor
  /** A tensor whose numbers are in a buffer of the host's memory, which becomes the tensor's own. */
  hold(shape: readonly number[], dtype: DType, buffer: GPUBuffer): Tensor
  /** A tensor's memory on the device; what is held is brought there. @throws EngineError `engine/freed` */
  stretchOf(x: Pick<Tensor, 'storage'>): Stretch
  /** What is held leaves the device. */
  unload(storage: Storage): void
  unloadAll(): void
  free(storage: Storage): void
  /** Runs `body` with what gives out memory for as long as it runs, apart from what the operation uses. */
  withScratch(used: unknown, body: (scratch: Storages['allocate']) => void): void
  dispose(): void
}

interface GpuStorage extends Storage {
  /** Missing once it is freed, the stretch being then, or soon, another tensor's; and of what is held while nobody uses it. */
  stretch: Stretch | undefined
  /** The numbers in the host's memory, of what is held. */
  held: GPUBuffer | undefined
}

/** @param bring copies a buffer's bytes to a place on the device, after what is recorded so far */
export function createStorages(
  memory: DeviceMemory,
  { bring, submit }: { bring: (from: GPUBuffer, to: Stretch) => void; submit: () => void },
): Storages {
  const held = new Set<GpuStorage>()
  /** Of these, what is on the device. */
  const brought = new Set<GpuStorage>()
  let broughtBytes = 0
  const nothingApart: ReadonlySet<GPUBuffer> = new Set()

  const stretchOf = ({ storage }: Pick<Tensor, 'storage'>): Stretch => {
    const found = storage as GpuStorage
    if (found.stretch) return found.stretch
    if (!found.held) throw freed()
    const stretch = memory.take(found.bytes, nothingApart)
    bring(found.held, stretch)
    broughtBytes += found.bytes
    brought.add(found)
    return (found.stretch = stretch)
  }

  const giveBack = (storage: GpuStorage) => {
    if (storage.stretch) memory.give(storage.stretch)
    storage.stretch = undefined
    brought.delete(storage)
  }

  const allocate: Storages['allocate'] = (shape, dtype, used) => {
    const bytes = byteLength({ shape, dtype })
    const apart = new Set<GPUBuffer>()
    for (const storage of storagesIn(used)) apart.add(stretchOf({ storage }).buffer)
    const storage: GpuStorage = { bytes, stretch: memory.take(bytes, apart), held: undefined }
    return { shape: [...shape], dtype, storage }
  }

  const free = (storage: Storage) => {
    const gone = storage as GpuStorage
    if (!gone.stretch && !gone.held) throw freed()
    giveBack(gone)
    if (!gone.held) return
    submit() // recorded commands may still copy from it
    gone.held.destroy()
    gone.held = undefined
    held.delete(gone)
  }

  return {
    get broughtBytes() {
      return broughtBytes
    },
    allocate,
    hold(shape, dtype, buffer) {
      const bytes = byteLength({ shape, dtype })
      const storage: GpuStorage = { bytes, stretch: undefined, held: buffer }
      held.add(storage)
      return { shape: [...shape], dtype, storage }
    },
    stretchOf,
    unload(storage) {
      if ((storage as GpuStorage).held) giveBack(storage as GpuStorage)
    },
    unloadAll() {
      for (const storage of brought) giveBack(storage)
    },
    free,
    withScratch(used, body) {
      const scratch: Tensor[] = []
      try {
        body((shape, dtype) => {
          const x = allocate(shape, dtype, [used, scratch])
          scratch.push(x)
          return x
        })
      } finally {
        for (const x of scratch) free(x.storage)
      }
    },
    dispose() {
      for (const { held: buffer } of held) buffer?.destroy()
    },
  }
}
