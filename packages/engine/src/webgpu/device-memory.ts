import { EngineError } from '../errors.ts'
import type { Stretch } from './stretch.ts'

/**
 * Device buffers, given out in stretches. What is freed is kept, grows together with what is free beside it, and is
 * given out again.
 */
export interface DeviceMemory {
  /** The most bytes that were ever allocated at once, those kept included. */
  readonly peakBytes: number
  /**
   * @param apart buffers that the same dispatch may bind: WebGPU lets none of them be read and written at once, not even
   *   in different places
   * @throws EngineError `engine/limit` when the device binds no buffer of this size; nothing is created then
   */
  take(bytes: number, apart: ReadonlySet<GPUBuffer>): Stretch
  give(stretch: Stretch): void
  /** Destroys buffers of which nothing is in use. */
  trim(): void
  dispose(): void
}

/** Where buffers come from. */
export interface BufferSource {
  /** Bytes of the largest buffer of which a kernel can see all. */
  readonly largest: number
  /** @param failed is called when the device has no memory for it; the buffer is of no use then */
  create(size: number, failed: (buffer: GPUBuffer) => void): GPUBuffer
  /** Recorded commands go to the device: they may still name what is destroyed next. */
  submit(): void
}

/** A free part of a block, in bytes. */
interface Hole {
  start: number
  end: number
}

interface Block {
  readonly buffer: GPUBuffer
  /** No two touch. */
  readonly holes: Hole[]
}

/** Sizes round up to this: every device binds at multiples of it. */
const granule = 256

/** From this size on, what is free but too small is given up for what is asked for: less would be no gain. */
const worthGivingUp = 2 ** 20

export function createDeviceMemory({ largest, create, submit }: BufferSource): DeviceMemory {
  const blocks = new Map<GPUBuffer, Block>()
  const open = new Set<Block>()
  const broken = new WeakSet<GPUBuffer>()
  let allocatedBytes = 0
  let peakBytes = 0

  const destroy = (block: Block) => {
    open.delete(block)
    if (!blocks.delete(block.buffer)) return
    allocatedBytes -= block.buffer.size
    block.buffer.destroy()
  }

  /** The smallest hole that is large enough. */
  const findHole = (size: number, apart: ReadonlySet<GPUBuffer>) => {
    let best: { block: Block; hole: Hole } | undefined
    let least = Infinity
    for (const block of open) {
      if (apart.has(block.buffer)) continue
      for (const hole of block.holes) {
        const room = hole.end - hole.start
        if (room < size || room >= least) continue
        least = room
        best = { block, hole }
      }
    }
    return best
  }

  const takeHole = (size: number, { block, hole }: { block: Block; hole: Hole }): Stretch => {
    const offset = hole.start
    hole.start += size
    if (hole.start === hole.end) {
      block.holes.splice(block.holes.indexOf(hole), 1)
      if (block.holes.length === 0) open.delete(block)
    }
    return { buffer: block.buffer, offset, size }
  }

  /** Destroys free blocks smaller than `size`, the largest first, until as much is gone as will be made. */
  const giveUp = (size: number) => {
    const tooSmall = [...open].filter((block) => isFree(block) && block.buffer.size < size)
    if (tooSmall.length === 0) return
    submit()
    tooSmall.sort((a, b) => b.buffer.size - a.buffer.size)
    let given = 0
    for (const block of tooSmall) {
      if (given >= size) break
      given += block.buffer.size
      destroy(block)
    }
  }

  return {
    get peakBytes() {
      return peakBytes
    },
    take(bytes, apart) {
      const size = Math.max(granule, Math.ceil(bytes / granule) * granule)
      if (size > largest) {
        throw new EngineError(
          'engine/limit',
          `webgpu: expected at most ${largest} bytes in a tensor, which is what this device binds, got ${bytes}`,
        )
      }
      for (let found = findHole(size, apart); found; found = findHole(size, apart)) {
        if (!broken.has(found.block.buffer)) return takeHole(size, found)
        destroy(found.block)
      }
      if (size >= worthGivingUp) giveUp(size)
      const buffer = create(size, (failed) => broken.add(failed))
      blocks.set(buffer, { buffer, holes: [] })
      peakBytes = Math.max(peakBytes, (allocatedBytes += size))
      return { buffer, offset: 0, size }
    },
    give({ buffer, offset, size }) {
      const block = blocks.get(buffer)
      if (!block) return // disposed of
      const { holes } = block
      const end = offset + size
      const before = holes.find((hole) => hole.end === offset)
      const after = holes.find((hole) => hole.start === end)
      if (before) {
        before.end = after?.end ?? end
        if (after) holes.splice(holes.indexOf(after), 1)
      } else if (after) after.start = offset
      else holes.push({ start: offset, end })
      open.add(block)
    },
    trim() {
      submit()
      for (const block of open) if (isFree(block)) destroy(block)
    },
    dispose() {
      for (const block of [...blocks.values()]) destroy(block)
    },
  }
}

const isFree = ({ buffer, holes: [hole] }: Block) => hole?.start === 0 && hole.end === buffer.size
