import type { Lens } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import { crossVec, dotVec, lengthVec, mat3ToQuat, scaleVec, subtractVec } from '@flashworld/math'
import type { Gaussians } from '@flashworld/splats'
import { allocateGaussians, SH_C0 } from '@flashworld/splats'
import type { Depths, Pixels } from './upsample.ts'

/** Neighbours whose depths differ by more than this share lie on different things. */
const EDGE = 0.08
/** Deviations of a Gaussian for a step from pixel to pixel: they overlap to a closed surface, and stay sharp. */
const SPREAD = 0.55
/** A surface that is seen edge-on is stretched by no more than this many steps. */
const STRETCH = 6
/** How thick a surface is, of its Gaussians' width. */
const THIN = 0.15
const OPACITY = 0.99

/**
 * A picture as Gaussians where its pixels are: one a pixel, lying on the surface that the depths make of it, in the
 * frame of the camera that took it.
 * @param lens of the picture
 */
export function painted(picture: Pixels, { depth }: Depths, lens: Lens): Gaussians {
  const { width, height, rgba } = picture
  const cloud = allocateGaussians(width * height, 0)
  const point = (x: number, y: number): Vec3 => {
    const far = depth[y * width + x]!
    return [
      (((x + 0.5) / width - lens.cx) / lens.fx) * far,
      ((lens.cy - (y + 0.5) / height) / lens.fy) * far,
      -far,
    ]
  }
  /** The step from pixel to pixel on the surface: along it where both neighbours, or one, lie on it; else facing the camera. */
  const step = (x: number, y: number, dx: number, dy: number): Vec3 => {
    const far = depth[y * width + x]!
    const isOn = (ax: number, ay: number) =>
      ax >= 0 &&
      ay >= 0 &&
      ax < width &&
      ay < height &&
      Math.abs(depth[ay * width + ax]! - far) < EDGE * far
    const [before, after] = [isOn(x - dx, y - dy), isOn(x + dx, y + dy)]
    const facing: Vec3 = [(dx * far) / (lens.fx * width), (-dy * far) / (lens.fy * height), 0]
    if (!before && !after) return facing
    const [a, b] = [before ? 1 : 0, after ? 1 : 0]
    const along = scaleVec(
      subtractVec(point(x + b * dx, y + b * dy), point(x - a * dx, y - a * dy)),
      1 / (a + b),
    )
    const most = STRETCH * lengthVec(facing)
    return lengthVec(along) > most ? scaleVec(along, most / lengthVec(along)) : along
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const right = step(x, y, 1, 0)
      const down = step(x, y, 0, 1)
      const out = crossVec(down, right)
      const [u, n] = [unit(right), unit(out)]
      const v = crossVec(n, u)
      const scale = [lengthVec(right), Math.abs(dotVec(down, v))] as const
      cloud.positions.set(point(x, y), i * 3)
      cloud.rotations.set(mat3ToQuat([u[0], v[0], n[0], u[1], v[1], n[1], u[2], v[2], n[2]]), i * 4)
      cloud.scales.set(
        [scale[0] * SPREAD, scale[1] * SPREAD, Math.min(...scale) * SPREAD * THIN],
        i * 3,
      )
      cloud.opacities[i] = OPACITY
      for (let c = 0; c < 3; c++) cloud.sh[i * 3 + c] = (rgba[i * 4 + c]! / 255 - 0.5) / SH_C0
    }
  }
  return cloud
}

const unit = (vector: Vec3): Vec3 => scaleVec(vector, 1 / lengthVec(vector))
