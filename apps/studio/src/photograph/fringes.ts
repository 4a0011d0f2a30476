import type { Depths, Pixels } from './upsample.ts'

/** A pixel asks those around it, so many to each side. */
const REACH = 3
/** Depths that differ by more than this share are of different things. */
const EDGE = 0.08
/** Rounds, each of which takes one pixel more of what is smeared. */
const ROUNDS = 3

/**
 * Depths in which what lies before something reaches as far as its colour does. A picture smears its edges over some
 * pixels; those that were given to what lies behind would stand there as an outline of their own.
 */
export function withoutFringes(depths: Depths, picture: Pixels): Depths {
  let { depth } = depths
  for (let round = 0; round < ROUNDS; round++) depth = trimmed({ ...depths, depth }, picture)
  return { ...depths, depth }
}

/** A pixel beside something nearer that is more of its colour than of what lies behind belongs to it. */
function trimmed({ width, height, depth }: Depths, { rgba }: Pixels): Float32Array {
  const out = Float32Array.from(depth)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = depth[y * width + x]!
      if (!touchesNearer({ width, height, depth }, x, y)) continue
      const [nearer, behind] = [new Mean(), new Mean()]
      for (let j = Math.max(0, y - REACH); j <= Math.min(height - 1, y + REACH); j++) {
        for (let i = Math.max(0, x - REACH); i <= Math.min(width - 1, x + REACH); i++) {
          const at = j * width + i
          const far = depth[at]!
          if (far < own * (1 - EDGE)) nearer.add(rgba, at, far)
          // its own neighbours are as smeared as it is
          else if (Math.max(Math.abs(i - x), Math.abs(j - y)) === REACH) behind.add(rgba, at, far)
        }
      }
      const at = y * width + x
      if (behind.count > 0 && nearer.apart(rgba, at) < behind.apart(rgba, at)) {
        out[at] = nearer.depth
      }
    }
  }
  return out
}

function touchesNearer({ width, height, depth }: Depths, x: number, y: number): boolean {
  const least = depth[y * width + x]! * (1 - EDGE)
  return (
    (x > 0 && depth[y * width + x - 1]! < least) ||
    (x + 1 < width && depth[y * width + x + 1]! < least) ||
    (y > 0 && depth[(y - 1) * width + x]! < least) ||
    (y + 1 < height && depth[(y + 1) * width + x]! < least)
  )
}

/** The mean of pixels: their colour and depth. */
class Mean {
  count = 0
  readonly #sums = [0, 0, 0]
  #depths = 0

  add(rgba: Uint8ClampedArray, at: number, depth: number): void {
    this.count++
    this.#depths += depth
    for (let c = 0; c < 3; c++) this.#sums[c]! += rgba[at * 4 + c]!
  }

  get depth(): number {
    return this.#depths / this.count
  }

  /** How far a pixel's colour is from theirs, squared. */
  apart(rgba: Uint8ClampedArray, at: number): number {
    const differences = this.#sums.map((sum, c) => rgba[at * 4 + c]! - sum / this.count)
    return differences.reduce((sum, difference) => sum + difference * difference, 0)
  }
}
