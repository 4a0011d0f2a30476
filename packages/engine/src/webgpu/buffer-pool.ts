import { EngineError } from '../errors.ts'
import type { DeviceErrors } from './device-errors.ts'

/** Device buffers by exact size. A freed one is kept and given out again for the same size. */
export interface BufferPool {
  /** The most bytes that were ever allocated at once, those kept included. */
  readonly peakBytes: number
  /** @throws EngineError `engine/limit` when the device binds no buffer of this size; nothing is created then */
  take(bytes: number): GPUBuffer
  give(buffer: GPUBuffer): void
  /** Destroys what is kept; only right after a submit, since recorded commands may still name a kept buffer. */
  trim(): void
  dispose(): void
}

/** Sizes round up to this, so that nearly equal ones meet. */
const granule = 256

export function createBufferPool(device: GPUDevice, errors: DeviceErrors): BufferPool {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize)
  const kept = new Map<number, GPUBuffer[]>()
  const all = new Set<GPUBuffer>()
  const broken = new WeakSet<GPUBuffer>()
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  let allocatedBytes = 0
  let peakBytes = 0

  const destroy = (buffer: GPUBuffer) => {
    if (!all.delete(buffer)) return
    allocatedBytes -= buffer.size
    buffer.destroy()
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
      let buffer = kept.get(size)?.pop()
      while (buffer && broken.has(buffer)) {
        destroy(buffer)
        buffer = kept.get(size)?.pop()
      }
      if (buffer) return buffer
      const made = errors.allocate(
        () => device.createBuffer({ size, usage }),
        (buffer) => broken.add(buffer),
      )
      all.add(made)
      peakBytes = Math.max(peakBytes, (allocatedBytes += size))
      return made
    },
    give(buffer) {
      const list = kept.get(buffer.size)
      if (list) list.push(buffer)
      else kept.set(buffer.size, [buffer])
    },
    trim() {
      for (const list of kept.values()) list.forEach(destroy)
      kept.clear()
    },
    dispose() {
      for (const buffer of [...all]) destroy(buffer)
    },
  }
}
