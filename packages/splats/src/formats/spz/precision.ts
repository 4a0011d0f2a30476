import type { Gaussians } from '../../gaussians.ts'
import { SplatsError } from '../../splats-error.ts'

/** Largest fixed-point number of a position. */
export const MAX_FIXED = 2 ** 23 - 1

/** Finer than 2^-14 units nobody sees (0.02 pixels at distance 1), and noise compresses badly. */
const FINEST = 14

/** As many are enough for any scene; large Gaussians need fewer. */
const ENOUGH = 10

/** A Gaussian may be moved by this share of its size: half a step of 1/8 is not seen. */
const STEPS_PER_SIZE = 8

/** Share of the Gaussians that may be drawn in, so that the others keep their places. */
const FEW = 0.01

/** How positions are rounded: to multiples of 2^-fractionalBits. */
export interface Precision {
  readonly fractionalBits: number
  /** What it costs, where it costs something. */
  readonly note?: string
}

/**
 * As many fractional bits as the positions leave, 14 at most. Where they leave fewer than the
 * Gaussians' sizes need, a few that are very far away are given up (they are drawn in), so that the
 * others stand where they should.
 * @param scale factor on all lengths
 * @throws {SplatsError} `splats/too-large` where more than a few are too far away
 */
export function choosePrecision(gaussians: Gaussians, scale: number): Precision {
  const reach = largestReach(gaussians) * scale
  const fitting = Math.min(FINEST, Math.floor(Math.log2(MAX_FIXED / reach)))
  const size = typicalSize(gaussians) * scale
  const needed = Math.min(ENOUGH, Math.max(0, Math.ceil(Math.log2(STEPS_PER_SIZE / size))))
  if (fitting >= ENOUGH) return { fractionalBits: fitting }
  if (fitting >= needed) {
    const note = `positions are kept in steps of 1/${2 ** fitting}: they reach as far as ${shown(reach)}`
    return { fractionalBits: fitting, note }
  }
  const limit = MAX_FIXED / 2 ** needed
  const beyond = countBeyond(gaussians, limit / scale)
  if (beyond <= gaussians.count * FEW) {
    const note = `${beyond} Gaussians farther away than ${shown(limit)} were drawn in towards the origin and shrunk by as much`
    return { fractionalBits: needed, note }
  }
  throw new SplatsError(
    'splats/too-large',
    `writeSpz: expected positions within ${shown(limit)} (24 bits, in the steps of 1/${2 ** needed} ` +
      `that Gaussians of size ${shown(size)} need), got ${shown(reach)}: what would fit is the scene ` +
      'moved to the origin; PLY, .splat and GLB hold it as it is',
  )
}

const shown = (value: number) => String(Number(value.toPrecision(4)))

/** Largest coordinate of a centre, of either sign; finite ones only. */
function largestReach({ positions }: Gaussians): number {
  let largest = 0
  for (let j = 0; j < positions.length; j++) {
    const reach = Math.abs(positions[j]!)
    if (reach > largest && reach < Infinity) largest = reach
  }
  return largest
}

function countBeyond({ positions, count }: Gaussians, limit: number): number {
  let beyond = 0
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!]
    if (Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > limit) beyond++
  }
  return beyond
}

/** Gaussians looked at for their typical size. */
const SAMPLES = 10_000

/** Median of the largest standard deviations, of some ten thousand Gaussians spread over the cloud. */
function typicalSize({ scales, count }: Gaussians): number {
  const step = Math.max(1, Math.floor(count / SAMPLES))
  const sizes = Float32Array.from({ length: Math.ceil(count / step) }, (_, s) => {
    const j = s * step * 3
    return Math.max(scales[j]!, scales[j + 1]!, scales[j + 2]!)
  }).sort()
  return sizes[sizes.length >> 1] ?? 0
}
