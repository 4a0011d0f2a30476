import type { ImageSize } from '@flashworld/camera'
import type { PlainGaussian } from './clouds.ts'
import { faintSheets, frontCamera, packGaussians, randomCloud, turnedCamera } from './clouds.ts'

export interface Scene {
  readonly name: string
  readonly cloud: Float32Array
  readonly cameras: readonly number[]
  readonly size: ImageSize
}

const scene = (
  name: string,
  cloud: Float32Array,
  size: ImageSize = { width: 61, height: 35 },
): Scene => ({ name, cloud, size, cameras: frontCamera })

const plain = (name: string, ...gaussians: PlainGaussian[]) => scene(name, packGaussians(gaussians))

const least = Math.fround(1 / 255)

const colorful = (i: number) => [Math.sin(i), Math.cos(i), Math.sin(3 * i)] as const

/** What a rasterizer may stumble over. */
export const scenes: readonly Scene[] = [
  scene('no Gaussians', new Float32Array(0)),
  plain('one, in the middle of a pixel', {}),
  scene('one pixel', randomCloud(50), { width: 1, height: 1 }),
  scene('one row', randomCloud(50), { width: 45, height: 1 }),
  plain(
    'behind the camera, too near, too far',
    { at: [0, 0, 2] },
    { at: [0, 0, -0.009] },
    { at: [0, 0, -1001], scale: [99, 99, 99] },
    { at: [0.5, 0, -1] },
  ),
  plain(
    'opacities at the threshold',
    { opacity: least * 0.999, scale: [9, 9, 9] },
    { opacity: least * 1.001, at: [0.5, 0, -2] },
    { opacity: 0 },
    { opacity: 1, at: [-0.5, 0, -2] },
  ),
  plain(
    'larger than the image',
    { scale: [1e4, 1e4, 1e4], rgb: [0.2, 0, -0.2] },
    { scale: [50, 1e-3, 1], quatWxyz: [0.9, 0.2, 0.3, 0.4] },
  ),
  plain(
    'flat and thin ones, quaternions of any length',
    { scale: [1, 0, 0], quatWxyz: [8, 1, 1, 4] },
    { scale: [0, 0, 0], at: [0.3, 0.3, -1] },
    { scale: [2, 0.001, 2], quatWxyz: [0.07, 0.07, 0.01, 0], at: [0, 0.2, -1] },
  ),
  plain(
    'numbers that are none, and one good Gaussian',
    { scale: [NaN, 1, 1] },
    { at: [0, NaN, -2] },
    { scale: [Infinity, 1, 1] },
    { quatWxyz: [0, 0, 0, 0] },
    { opacity: NaN },
    { at: [0.2, 0.2, -1] },
  ),
  plain(
    'equally near ones keep their order',
    ...Array.from({ length: 600 }, (_, i) => ({ opacity: 0.3, rgb: colorful(i) })),
  ),
  plain(
    'beside the image',
    { at: [2.05, 0, -2], scale: [0.05, 0.05, 0.05] },
    { at: [5, 0, -0.02], scale: [3, 3, 3] },
    { at: [0, 40, -2] },
  ),
  {
    ...scene('a thousand of all kinds, two cameras', randomCloud(1000)),
    cameras: [...frontCamera, ...turnedCamera],
  },
  scene('small ones, a large image', randomCloud(3000, { seed: 2, size: 0.01 }), {
    width: 150,
    height: 131,
  }),
  // in 90 tiles each they make more pairs than the WebGPU version has room for
  scene('more pairs than there is room for', faintSheets(1000), { width: 160, height: 144 }),
]
