import type { Camera } from '@flashworld/camera'
import { rayCaster, unpackCameras } from '@flashworld/camera'
import type { Tensor } from '@flashworld/engine'
import { floats } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { gaussiansPerPixel } from '../config.ts'
import type { GaussianHeadArgs } from './arguments.ts'
import { gaussianAt, harmonicsCount, maxScalePixels, rawAt } from './layout.ts'

/** One Gaussian at a time. */
export function gaussianHeadReference({ raw, cameras }: GaussianHeadArgs, out: Tensor): void {
  const [, rows, cols, channels] = raw.shape as [number, number, number, number]
  const [x, y] = [floats(raw), floats(out)]
  let to = 0
  unpackCameras(floats(cameras), { width: cols, height: rows }).forEach((camera, frame) => {
    const cast = rayCaster(camera, { rows, cols })
    const pixel = pixelSize(camera, rows, cols)
    for (let point = 0; point < gaussiansPerPixel; point++) {
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < cols; col++, to += PACKED_FLOATS) {
          const from = ((frame * rows + row) * cols + col) * channels + point * PACKED_FLOATS
          const direction = cast(row, col, x[from + rawAt.uv], x[from + rawAt.uv + 1])
          const depth = Math.exp(x[from + rawAt.depth]!)
          for (let i = 0; i < 3; i++) {
            y[to + gaussianAt.position + i] = camera.position[i]! + depth * direction[i]!
            y[to + gaussianAt.scale + i] =
              maxScalePixels * sigmoid(x[from + rawAt.scale + i]!) * depth * pixel
          }
          y[to + gaussianAt.opacity] = sigmoid(x[from + rawAt.opacity]!)
          const rotation = normalized(x, from + rawAt.rotation)
          for (let i = 0; i < 4; i++) y[to + gaussianAt.rotation + i] = rotation[i]!
          for (let i = 0; i < harmonicsCount; i++) {
            y[to + gaussianAt.harmonics + i] = x[from + rawAt.harmonics + i]!
          }
        }
      }
    }
  })
}

/** How large a pixel looks at depth 1 in the published code, whose intrinsics are normalised. */
const pixelSize = ({ fx, fy }: Camera, rows: number, cols: number) =>
  Math.hypot(fx / cols, fy / rows)

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

function normalized(values: Float32Array, at: number): [number, number, number, number] {
  const [w, x, y, z] = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!]
  const length = Math.max(Math.sqrt(w * w + x * x + y * y + z * z), 1e-12)
  return [w / length, x / length, y / length, z / length]
}
