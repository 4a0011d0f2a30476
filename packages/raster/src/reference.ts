import type { ImageSize } from '@flashworld/camera'
import type { Tensor } from '@flashworld/engine'
import { floats } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { maxAlpha, minAlpha, minTransmittance } from './limits.ts'
import type { RasterizeArgs, SceneArgs } from './arguments.ts'
import type { Splat } from './splat.ts'
import { projectGaussian } from './splat.ts'
import type { View } from './view.ts'
import { unpackViews } from './view.ts'

/** Gaussian by Gaussian, front to back, over all pixels that it may reach; in double precision. */
export function rasterizeReference(args: RasterizeArgs, out: Tensor): void {
  const { width, height, background } = args
  const pixels = width * height
  unpackViews(floats(args.cameras), args).forEach((view, index) => {
    const sums = new Float64Array(pixels * 4)
    const left = blend(
      splatsOf(floats(args.gaussians), { view, size: args }),
      args,
      (pixel, weight, { rgb, z }) => {
        for (let c = 0; c < 3; c++) sums[pixel * 4 + c]! += weight * rgb[c]!
        sums[pixel * 4 + 3]! += weight * z
      },
    )
    const image = floats(out).subarray(index * pixels * 4, (index + 1) * pixels * 4)
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let c = 0; c < 3; c++) {
        const value = sums[pixel * 4 + c]! + left[pixel]! * background[c]!
        image[pixel * 4 + c] = Math.min(1, Math.max(-1, 2 * value - 1))
      }
      image[pixel * 4 + 3] = sums[pixel * 4 + 3]!
    }
  })
}

/** The same walk, adding up the weights by Gaussian. */
export function contributionsReference(args: SceneArgs, out: Tensor): void {
  const sums = new Float64Array(floats(out).length)
  for (const view of unpackViews(floats(args.cameras), args)) {
    blend(splatsOf(floats(args.gaussians), { view, size: args }), args, (_, weight, { index }) => {
      sums[index]! += weight
    })
  }
  floats(out).set(sums)
}

/** What a view sees, nearest first; equally near ones in the scene's order. */
function splatsOf(gaussians: Float32Array, seen: { view: View; size: ImageSize }): Splat[] {
  const splats: Splat[] = []
  for (let index = 0; index < gaussians.length / PACKED_FLOATS; index++) {
    const splat = projectGaussian(gaussians, index, seen)
    if (splat) splats.push(splat)
  }
  return splats.sort((a, b) => Math.fround(a.z) - Math.fround(b.z))
}

/** Calls `add` for each pixel and splat that shows there. Gives how much light is left at each pixel. */
function blend(
  splats: readonly Splat[],
  { width, height }: ImageSize,
  add: (pixel: number, weight: number, splat: Splat) => void,
): Float64Array {
  const transmittance = new Float64Array(width * height).fill(1)
  const full = new Uint8Array(width * height)
  for (const splat of splats) {
    const { x, y, radiusX, radiusY, conic, opacity } = splat
    const rightEnd = Math.min(width, x + radiusX)
    const bottomEnd = Math.min(height, y + radiusY)
    for (let row = Math.max(0, Math.floor(y - radiusY)); row < bottomEnd; row++) {
      for (let col = Math.max(0, Math.floor(x - radiusX)); col < rightEnd; col++) {
        const pixel = row * width + col
        if (full[pixel]) continue
        const [dx, dy] = [x - col - 0.5, y - row - 0.5]
        const power = 0.5 * (conic[0] * dx * dx + conic[2] * dy * dy) + conic[1] * dx * dy
        const alpha = Math.min(maxAlpha, opacity * Math.exp(-power))
        if (alpha < minAlpha) continue
        const next = transmittance[pixel]! * (1 - alpha)
        if (next <= minTransmittance) {
          full[pixel] = 1
          continue
        }
        add(pixel, alpha * transmittance[pixel]!, splat)
        transmittance[pixel] = next
      }
    }
  }
  return transmittance
}
