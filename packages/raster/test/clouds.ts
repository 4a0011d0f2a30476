import { createNoise } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'

/** One Gaussian of `[N, 38]`; what is left out is plain: grey, round, in front of the camera of `frontCamera`. */
export interface PlainGaussian {
  readonly at?: readonly [number, number, number]
  readonly opacity?: number
  readonly scale?: readonly [number, number, number]
  readonly quatWxyz?: readonly [number, number, number, number]
  /** Added to grey 0.5 in all directions. */
  readonly rgb?: readonly [number, number, number]
}

export function packGaussians(list: readonly PlainGaussian[]): Float32Array {
  const packed = new Float32Array(list.length * PACKED_FLOATS)
  list.forEach(
    (
      {
        at = [0, 0, -2],
        opacity = 0.5,
        scale = [0.1, 0.1, 0.1],
        quatWxyz = [1, 0, 0, 0],
        rgb = [0, 0, 0],
      },
      i,
    ) => {
      const sh = rgb.map((value) => value / 0.28209479177387814)
      packed.set([...at, opacity, ...scale, ...quatWxyz, ...sh], i * PACKED_FLOATS)
    },
  )
  return packed
}

/** At the origin, looking down -z, 90 degrees wide and high. */
export const frontCamera = [1, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5]

/** A camera beside it, turned, with its principal point off the middle. */
export const turnedCamera = [0.9, 0.1, -0.3, 0.05, 0.6, -0.2, 0.4, 0.8, 1.1, 0.4, 0.55]

/** Gaussians of all shapes and directions around and before the cameras, some of them behind. */
export function randomCloud(count: number, { seed = 1, size = 0.05 } = {}): Float32Array {
  const noise = createNoise(seed)
  const normal = (n: number) => [...noise.normal(n)]
  const packed = new Float32Array(count * PACKED_FLOATS)
  for (let i = 0; i < count; i++) {
    const [x, y, z] = normal(3) as [number, number, number]
    const opacity = 1 / (1 + Math.exp(-2 * normal(1)[0]!))
    const scale = normal(3).map((s) => size * Math.exp(s))
    const sh = normal(27).map((s, k) => s * (k < 3 ? 1 : 0.2))
    packed.set([x, y, z - 2, opacity, ...scale, ...normal(4), ...sh], i * PACKED_FLOATS)
  }
  return packed
}

/** Larger than the image and faint, so that none hides the others. */
export function faintSheets(count: number): Float32Array {
  return randomCloud(count, { seed: 3, size: 3 }).map((value, i) =>
    i % PACKED_FLOATS === 3 ? 0.0045 : value,
  )
}
