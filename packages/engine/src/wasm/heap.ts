import { EngineError } from '../errors.ts'

/** Blocks of one WebAssembly memory: best fit, neighbours that are free become one block again. */
export interface Heap {
  /** The address of `bytes` free bytes, a multiple of 64. @throws EngineError when memory cannot grow */
  allocate(bytes: number): number
  free(address: number): void
  /** Bytes from the heap's start to the end of the highest block that was ever in use. */
  readonly highWater: number
}

interface Block {
  readonly start: number
  readonly end: number
}

const alignment = 64
const pageBytes = 65536
/** Memory grows by at least this, for growing is a system call. */
const growBytes = 16 * 2 ** 20

/** @param base the first byte that the heap may use, a multiple of 64 */
export function createHeap(memory: WebAssembly.Memory, base: number): Heap {
  const used = new Map<number, number>()
  let end = Math.floor(memory.buffer.byteLength / alignment) * alignment
  const free: Block[] = end > base ? [{ start: base, end }] : []
  let highWater = 0

  const give = (block: Block) => {
    const at = lowerBound(free, block.start)
    const before = free[at - 1]?.end === block.start ? free[at - 1] : undefined
    const after = free[at]?.start === block.end ? free[at] : undefined
    const whole = { start: before?.start ?? block.start, end: after?.end ?? block.end }
    free.splice(before ? at - 1 : at, Number(!!before) + Number(!!after), whole)
  }

  const grow = (bytes: number) => {
    const tail = free.at(-1)?.end === end ? end - free.at(-1)!.start : 0
    const needed = Math.ceil((bytes - tail) / pageBytes)
    const roomy = Math.max(needed, growBytes / pageBytes)
    try {
      memory.grow(roomy)
    } catch {
      try {
        memory.grow(needed)
      } catch {
        throw new EngineError(
          'engine/out-of-memory',
          `cannot grow the WebAssembly memory by ${bytes} bytes`,
        )
      }
    }
    const start = end
    end = memory.buffer.byteLength
    give({ start, end })
  }

  return {
    get highWater() {
      return highWater
    },
    allocate(bytes) {
      const size = Math.max(Math.ceil(bytes / alignment) * alignment, alignment)
      let best = smallestThatFits(free, size)
      if (best === -1) {
        grow(size)
        best = smallestThatFits(free, size)
      }
      const { start, end: blockEnd } = free[best]!
      const rest = { start: start + size, end: blockEnd }
      free.splice(best, 1, ...(rest.start < rest.end ? [rest] : []))
      used.set(start, size)
      highWater = Math.max(highWater, start + size - base)
      return start
    },
    free(address) {
      const size = used.get(address)
      if (size === undefined) throw new Error(`heap: expected an allocated address, got ${address}`)
      used.delete(address)
      give({ start: address, end: address + size })
    },
  }
}

function smallestThatFits(blocks: readonly Block[], size: number): number {
  let best = -1
  let bestSize = Infinity
  blocks.forEach(({ start, end }, i) => {
    const blockSize = end - start
    if (blockSize >= size && blockSize < bestSize) {
      best = i
      bestSize = blockSize
    }
  })
  return best
}

/** The index of the first block that starts at or after `start`. */
function lowerBound(blocks: readonly Block[], start: number): number {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (blocks[middle]!.start < start) low = middle + 1
    else high = middle
  }
  return low
}
