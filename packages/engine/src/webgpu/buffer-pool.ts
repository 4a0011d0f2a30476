import { EngineError } from '../errors.ts'

/** Device buffers by exact size. A freed one is kept and given out again for the same size. */
export interface BufferPool {
  readonly allocatedBytes: number
  take(bytes: number): GPUBuffer
  give(buffer: GPUBuffer): void
  /** Destroys what is kept; only right after a submit, since recorded commands may still name a kept buffer. */
  trim(): void
  dispose(): void
}

/** Sizes round up to this, so that nearly equal ones meet. */
const granule = 256

export function createBufferPool(device: GPUDevice): BufferPool {
  const kept = new Map<number, GPUBuffer[]>()
  const all = new Set<GPUBuffer>()
  let allocatedBytes = 0
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST

  const destroy = (buffer: GPUBuffer) => {
    all.delete(buffer)
    allocatedBytes -= buffer.size
    buffer.destroy()
  }

  return {
    get allocatedBytes() {
      return allocatedBytes
    },
    take(bytes) {
      const size = Math.max(granule, Math.ceil(bytes / granule) * granule)
      const again = kept.get(size)?.pop()
      if (again) return again
      if (size > device.limits.maxBufferSize) {
        throw new EngineError(
          'engine/out-of-memory',
          `buffer: ${size} bytes, the device takes ${device.limits.maxBufferSize}`,
        )
      }
      const buffer = device.createBuffer({ size, usage })
      all.add(buffer)
      allocatedBytes += size
      return buffer
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
