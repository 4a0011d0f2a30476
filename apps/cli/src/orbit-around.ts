import type { Camera, ImageSize } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import { axisAngleQuat, multiplyQuat, quatToMat3, rotateVec } from '@flashworld/math'

/** Degrees above the horizon. */
const elevation = 15
const fovDegrees = 60
/** The share of the centres that the orbit keeps in view; the rest is mostly sky. */
const shareInView = 0.9
/** Enough of the centres to find their middle by. */
const sampled = 100_000

/**
 * Cameras on a circle that look at the middle of a cloud, from so far that nine tenths of it fit into the view.
 * The first stands on the side of +z.
 */
export function orbitAround(gaussians: Gaussians, count: number, size: ImageSize): Camera[] {
  const lens = lensFromFov(size, fovDegrees)
  const { center, radius } = middleOf(gaussians)
  const narrowest = Math.atan(0.5 / Math.max(lens.fx, lens.fy))
  const distance = radius / Math.sin(narrowest)
  return Array.from({ length: count }, (_, i) => {
    const turn = axisAngleQuat([0, 1, 0], (360 * i) / count)
    const rotation = multiplyQuat(turn, axisAngleQuat([1, 0, 0], -elevation))
    const [x, y, z] = rotateVec(quatToMat3(rotation), [0, 0, distance])
    return { rotation, position: [center[0] + x, center[1] + y, center[2] + z], ...lens }
  })
}

/** The median centre, and the distance from it within which `shareInView` of the centres lie. */
function middleOf({ count, positions }: Gaussians) {
  const step = Math.max(1, Math.floor(count / sampled))
  const rows = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step * 3)
  const median = (axis: number) =>
    quantile(
      Float64Array.from(rows, (row) => positions[row + axis]!),
      0.5,
    )
  const center = [median(0), median(1), median(2)] as const
  const away = Float64Array.from(rows, (row) =>
    Math.hypot(
      positions[row]! - center[0],
      positions[row + 1]! - center[1],
      positions[row + 2]! - center[2],
    ),
  )
  return { center, radius: quantile(away, shareInView) || 1 }
}

/** The value below which that share lies; 0 of nothing. */
function quantile(values: Float64Array, share: number): number {
  return values.sort()[Math.round((values.length - 1) * share)] ?? 0
}
