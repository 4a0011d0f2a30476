import type { Camera } from '@flashworld/camera'
import { rayCaster, unpackCameras } from '@flashworld/camera'
import type { Tensor } from '@flashworld/engine'
import { floats } from '@flashworld/engine'
import { gaussianFloats, gaussiansPerPixel } from '../config.ts'
import type { GaussianHeadArgs } from './index.ts'
import { gaussianAt, harmonicsCount, maxScalePixels, rawAt } from './layout.ts'

/** One Gaussian at a time. */
export function gaussianHeadReference({ raw, cameras }: GaussianHeadArgs, out: Tensor): void {
  const [, rows, cols, channels] = raw.shape as [number, number, number, number]
  const [x, y] = [floats(raw), floats(out)]
  let to = 0
  unpackCameras(floats(cameras)).forEach((camera, frame) => {
    const cast = rayCaster(camera, { rows, cols })
    const pixel = pixelSize(camera, rows, cols)
    for (let point = 0; point < gaussiansPerPixel; point++) {
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < cols; col++) {
          const from = ((frame * rows + row) * cols + col) * channels + point * gaussianFloats
          const from1 = x.subarray(from, from + gaussianFloats)
          const direction = cast(row, col, from1[rawAt.uv], from1[rawAt.uv + 1])
          writeGaussian(y.subarray(to, to + gaussianFloats), from1, { camera, direction, pixel })
          to += gaussianFloats
        }
      }
    }
  })
}

/** How large a pixel looks at depth 1 in the published code, whose intrinsics are normalised. */
const pixelSize = ({ fx, fy }: Camera, rows: number, cols: number) => Math.hypot(fx / cols, fy / rows)

interface Ray {
  readonly camera: Camera
  readonly direction: readonly [number, number, number]
  readonly pixel: number
}

function writeGaussian(out: Float32Array, raw: Float32Array, { camera, direction, pixel }: Ray): void {
  const depth = Math.exp(raw[rawAt.depth]!)
  direction.forEach((d, i) => (out[gaussianAt.position + i] = camera.position[i]! + depth * d))
  out[gaussianAt.opacity] = sigmoid(raw[rawAt.opacity]!)
  for (let i = 0; i < 3; i++) {
    out[gaussianAt.scale + i] = maxScalePixels * sigmoid(raw[rawAt.scale + i]!) * depth * pixel
  }
  const rotation = raw.subarray(rawAt.rotation, rawAt.rotation + 4)
  const length = Math.max(Math.hypot(...rotation), 1e-12)
  rotation.forEach((value, i) => (out[gaussianAt.rotation + i] = value / length))
  out.set(raw.subarray(rawAt.harmonics, rawAt.harmonics + harmonicsCount), gaussianAt.harmonics)
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
