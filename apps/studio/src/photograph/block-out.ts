import type { Lens } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import { concatGaussians, selectGaussians, withShDegree } from '@flashworld/splats'
import { withoutFringes } from './fringes.ts'
import { painted } from './paint.ts'
import type { Depths, Pixels } from './upsample.ts'
import { despeckled, filled, median, upsampled } from './upsample.ts'

export interface BlockOutArguments {
  /** What the photograph shows, at the resolution that is painted: a Gaussian a pixel. */
  readonly picture: Pixels
  /** Of the picture. */
  readonly lens: Lens
  /** The model's coarse world, in the frame of the photograph's camera. */
  readonly guess: Gaussians
  /** How far away the guess is, from the photograph's camera. */
  readonly depths: Depths
}

/** What of the guess lies this share behind the painted surface is its other side, or what it hides. */
const BEHIND = 1.08

/**
 * A world to plan a path in: the photograph's own pixels, as far away as a coarse guess has it, and behind them the
 * guess. In the frame of the photograph's camera; its subject, the middle of all depths, is 1 away.
 */
export function blockOut({ picture, lens, guess, depths }: BlockOutArguments): Gaussians {
  const subject = median([...depths.depth].filter((value) => value > 0)) ?? 1
  const nearer = (cloud: Gaussians): Gaussians => ({
    ...cloud,
    positions: cloud.positions.map((value) => value / subject),
    scales: cloud.scales.map((value) => value / subject),
  })
  const fine = withoutFringes(despeckled(upsampled(filled(depths), picture)), picture)
  const surface = painted(picture, fine, lens)
  const hidden = behindSurface(guess, fine, lens)
  return nearer(concatGaussians([surface, withShDegree(hidden, 0)]))
}

/** What of a cloud the camera does not see before the surface: behind it, or beside the picture. */
function behindSurface(cloud: Gaussians, { width, height, depth }: Depths, lens: Lens): Gaussians {
  return selectGaussians(cloud, (i) => {
    const [x, y, z] = [0, 1, 2].map((k) => cloud.positions[i * 3 + k]!) as [number, number, number]
    if (z >= 0) return true
    const column = Math.floor((lens.cx - (lens.fx * x) / z) * width)
    const row = Math.floor((lens.cy + (lens.fy * y) / z) * height)
    if (column < 0 || row < 0 || column >= width || row >= height) return true
    return -z > depth[row * width + column]! * BEHIND
  })
}
