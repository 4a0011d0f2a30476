import type { ImageSize } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import { quatToMat3, rotateVec } from '@flashworld/math'
import { PACKED_FLOATS } from '@flashworld/splats'
import { blur, far, minAlpha, near } from './limits.ts'
import { shBasis, shCoefficients } from './spherical-harmonics.ts'
import type { View } from './view.ts'
import { slopeLimits, toCamera } from './view.ts'

/** A Gaussian as one view sees it. Lengths in pixels. */
export interface Splat {
  /** Which of the scene's Gaussians it is. */
  readonly index: number
  readonly x: number
  readonly y: number
  /** Half the sides of the box outside of which it counts nowhere. */
  readonly radiusX: number
  readonly radiusY: number
  /** The inverse of the covariance on the image: `xx`, `xy`, `yy`. */
  readonly conic: Vec3
  readonly opacity: number
  readonly rgb: Vec3
  /** Distance from the camera plane. */
  readonly z: number
}

/** Gaussian `index` of `[N, 38]` seen by a view; undefined when no pixel can show it. */
export function projectGaussian(
  gaussians: Float32Array,
  index: number,
  { view, size }: { view: View; size: ImageSize },
): Splat | undefined {
  const g = gaussians.subarray(index * PACKED_FLOATS, (index + 1) * PACKED_FLOATS)
  const center: Vec3 = [g[0]!, g[1]!, g[2]!]
  const opacity = g[3]!
  const inCamera = toCamera(view, center)
  const [x, y, z] = inCamera
  if (!(z >= near && z <= far && opacity >= minAlpha)) return undefined
  const [xx, xy, yy] = projectCovariance(g, inCamera, { view, size })
  const reach = Math.sqrt(2 * Math.log(opacity / minAlpha))
  const splat = {
    x: (view.fx * x) / z + view.cx,
    y: (view.fy * y) / z + view.cy,
    radiusX: Math.ceil(reach * Math.sqrt(xx)),
    radiusY: Math.ceil(reach * Math.sqrt(yy)),
  }
  if (!touches(splat, size)) return undefined
  const determinant = xx * yy - xy * xy
  return {
    ...splat,
    index,
    conic: [yy / determinant, -xy / determinant, xx / determinant],
    opacity,
    rgb: colorFrom(g, view),
    z,
  }
}

/** `xx, xy, yy` of the covariance on the image, the blur included. */
function projectCovariance(
  g: Float32Array,
  [x, y, z]: Vec3,
  { view, size }: { view: View; size: ImageSize },
): Vec3 {
  const [limitsX, limitsY] = slopeLimits(view, size)
  const tx = clamp(x / z, ...limitsX)
  const ty = clamp(y / z, ...limitsY)
  const r = quatToMat3([g[7]!, g[8]!, g[9]!, g[10]!])
  let [xx, xy, yy] = [blur, 0, blur]
  for (let axis = 0; axis < 3; axis++) {
    // one axis of the ellipsoid, as long as its standard deviation, through the linearised projection
    const scale = g[4 + axis]!
    const [ax, ay, az] = rotateVec(view.rotation, [
      r[axis]! * scale,
      r[3 + axis]! * scale,
      r[6 + axis]! * scale,
    ])
    const u = (view.fx / z) * (ax - tx * az)
    const v = (view.fy / z) * (ay - ty * az)
    xx += u * u
    xy += u * v
    yy += v * v
  }
  return [xx, xy, yy]
}

function colorFrom(g: Float32Array, { position }: View): Vec3 {
  const away: Vec3 = [g[0]! - position[0], g[1]! - position[1], g[2]! - position[2]]
  const length = Math.hypot(...away)
  const basis = shBasis([away[0] / length, away[1] / length, away[2] / length])
  const channel = (c: number) => {
    let sum = 0.5
    for (let k = 0; k < shCoefficients; k++) sum += g[11 + 3 * k + c]! * basis[k]!
    return Math.max(0, sum)
  }
  return [channel(0), channel(1), channel(2)]
}

const touches = (
  s: { x: number; y: number; radiusX: number; radiusY: number },
  { width, height }: ImageSize,
) =>
  s.x + s.radiusX > 0 && s.x - s.radiusX < width && s.y + s.radiusY > 0 && s.y - s.radiusY < height

const clamp = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x))
