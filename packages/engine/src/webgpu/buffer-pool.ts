import { EngineError } from '../errors.ts'
import type { Commands } from './commands.ts'
import type { DeviceErrors } from './device-errors.ts'

/** Device buffers. A freed one is kept, and given out again for the same size or one that is not much smaller. */
export interface BufferPool {
  /** The most bytes that were ever allocated at once, those kept included. */
  readonly peakBytes: number
  /** @throws EngineError `engine/limit` when the device binds no buffer of this size; nothing is created then */
  take(bytes: number): GPUBuffer
  give(buffer: GPUBuffer): void
  /** Destroys what is kept. */
  trim(): void
  dispose(): void
}

/** Sizes round up to this, so that nearly equal ones meet. */
const granule = 256

/** A kept buffer is taken for a size down to this part of its own: stages whose sizes differ then share memory. */
const leastUse = 0.5

export function createBufferPool(
  device: GPUDevice,
  { commands, errors }: { commands: Commands; errors: DeviceErrors },
): BufferPool {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize)
  const kept = new Set<GPUBuffer>()
  const all = new Set<GPUBuffer>()
  const broken = new WeakSet<GPUBuffer>()
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  let allocatedBytes = 0
  let peakBytes = 0

  const destroy = (buffer: GPUBuffer) => {
    kept.delete(buffer)
    if (!all.delete(buffer)) return
    allocatedBytes -= buffer.size
    buffer.destroy()
  }

  /** The smallest kept buffer that is large enough, and not too large. */
  const takeKept = (size: number): GPUBuffer | undefined => {
    let best: GPUBuffer | undefined
    for (const buffer of kept) {
      const fits = buffer.size >= size && buffer.size * leastUse <= size
      if (fits && buffer.size <= (best?.size ?? Infinity)) best = buffer
    }
    if (best) kept.delete(best)
    return best
  }

  return {
    get peakBytes() {
      return peakBytes
    },
    take(bytes) {
      const size = Math.max(granule, Math.ceil(bytes / granule) * granule)
      if (size > largest) {
        throw new EngineError(
          'engine/limit',
          `webgpu: expected at most ${largest} bytes in a tensor, which is what this device binds, got ${bytes}`,
        )
      }
      for (let buffer = takeKept(size); buffer; buffer = takeKept(size)) {
        if (!broken.has(buffer)) return buffer
        destroy(buffer)
      }
      const made = errors.allocate(
        () => device.createBuffer({ size, usage }),
        (buffer) => broken.add(buffer),
      )
      all.add(made)
      peakBytes = Math.max(peakBytes, (allocatedBytes += size))
      return made
    },
    give: (buffer) => void kept.add(buffer),
    trim() {
      commands.submit() // recorded commands may still name what is kept
      for (const buffer of kept) destroy(buffer)
    },
    dispose() {
      for (const buffer of [...all]) destroy(buffer)
    },
  }
}
