import type { Camera, ImageSize } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import { allocateGaussians, SH_C0 } from '@flashworld/splats'
import type { Picture } from 'flashworld'
import { axisAngleQuat } from '@flashworld/math'

type Rgb = readonly [number, number, number]

export const knownSize: ImageSize = { width: 240, height: 180 }

/** Off the axes and turned, so that no flip and no swap of axes leaves the picture as it is. */
export const knownCamera: Camera = {
  rotation: axisAngleQuat([0, 1, 0], 7),
  position: [0.15, -0.1, 0.2],
  ...lensFromFov(knownSize, 65),
}

/** Which way is which: colours of the four sides, where they are in the world and where the known camera sees them. */
const sides: readonly {
  readonly color: Rgb
  readonly center: readonly [number, number]
  readonly pixel: readonly [number, number]
}[] = [
  { color: [0.9, 0.1, 0.1], center: [-1.1, 0], pixel: [70, 83] },
  { color: [0.1, 0.8, 0.15], center: [1.1, 0], pixel: [203, 83] },
  { color: [0.15, 0.3, 0.95], center: [0, 0.85], pixel: [133, 32] },
  { color: [0.95, 0.85, 0.1], center: [0, -0.85], pixel: [133, 134] },
]

/** How strongly a Gaussian's colour depends on where it is seen from. */
const viewDependence = 0.25

interface Grain {
  readonly perSide: number
  /** Factor on the Gaussians' size. */
  readonly size: number
}

/**
 * A red, a green, a blue and a yellow heap left, right, up and down, 3 units ahead (the world is x right, y up,
 * z back), of long thin Gaussians in all directions, more or less opaque, with colour that depends on the direction.
 */
export function knownScene({ perSide, size }: Grain = { perSide: 700, size: 1 }): Gaussians {
  const random = seeded(7)
  const between = (low: number, high: number) => low + (high - low) * random()
  const cloud = allocateGaussians(perSide * sides.length, 2)
  for (let i = 0; i < cloud.count; i++) {
    const { color, center } = sides[i % sides.length]!
    cloud.positions.set(
      [center[0] + between(-0.45, 0.45), center[1] + between(-0.35, 0.35), between(-3.6, -2.6)],
      i * 3,
    )
    cloud.opacities[i] = between(0.15, 0.95)
    cloud.scales.set(
      [0.11, 0.03, 0.012].map((scale) => scale * size * between(0.5, 1.3)),
      i * 3,
    )
    const quat = [between(-1, 1), between(-1, 1), between(-1, 1), between(-1, 1)]
    const norm = Math.hypot(...quat)
    cloud.rotations.set(
      quat.map((value) => value / norm),
      i * 4,
    )
    color.forEach(
      (value, c) => (cloud.sh[i * 27 + c] = (value + between(-0.08, 0.08) - 0.5) / SH_C0),
    )
    for (let k = 3; k < 27; k++) cloud.sh[i * 27 + k] = between(-viewDependence, viewDependence)
  }
  return cloud
}

/** Largest difference, 0 to 1, of the heaps' mean colours in a picture of the known camera from what they are. */
export function sideColorError(picture: Picture): number {
  const errors = sides.map(({ color, pixel }) => {
    const seen = meanColor(picture, pixel)
    return Math.max(...color.map((value, c) => Math.abs(value - seen[c]!)))
  })
  return Math.max(...errors)
}

/** Half the side of the square that a heap's colour is taken from, pixels. */
const patch = 12

function meanColor({ width, rgba }: Picture, [x, y]: readonly [number, number]): Rgb {
  const sum = [0, 0, 0]
  for (let row = y - patch; row < y + patch; row++) {
    for (let col = x - patch; col < x + patch; col++) {
      for (let c = 0; c < 3; c++)
        sum[c]! += rgba[(row * width + col) * 4 + c]! / 255 / (2 * patch) ** 2
    }
  }
  return [sum[0]!, sum[1]!, sum[2]!]
}

/** Uniform numbers in 0..1 (a 32-bit linear congruential generator; its high bits). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 4) / 2 ** 28
  }
}
