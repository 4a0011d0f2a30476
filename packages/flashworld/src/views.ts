import type { Camera } from '@flashworld/camera'
import { seenBy } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import type { Gaussians } from '@flashworld/splats'

/** Enough of a cloud to tell whether a camera sees any of it. */
const sampled = 50_000
/** A Gaussian is seen to about three standard deviations. */
const extentOfGaussian = 3

/**
 * The cameras, by index, that see no Gaussian of a cloud: none of its centres, nor what is around them, lies in the
 * view. Of a large cloud some are looked at.
 * @param cameras in the cloud's frame
 * @example
 * ```ts
 * import { camerasThatSeeNothing } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const cameras = templatePath('pan-left:180', { count: 4, size: { width: 192, height: 128 } })
 * console.log(camerasThatSeeNothing(gaussians, cameras)) // those that look away
 * ```
 */
export function camerasThatSeeNothing(
  { count, positions, scales }: Gaussians,
  cameras: readonly Camera[],
): number[] {
  const step = Math.max(1, Math.floor(count / sampled))
  return cameras.flatMap((camera, index) => {
    const sees = seenBy(camera)
    for (let i = 0; i < count; i += step) {
      const at = i * 3
      const center: Vec3 = [positions[at]!, positions[at + 1]!, positions[at + 2]!]
      const radius = extentOfGaussian * Math.max(scales[at]!, scales[at + 1]!, scales[at + 2]!)
      if (sees(center, radius)) return []
    }
    return [index]
  })
}
