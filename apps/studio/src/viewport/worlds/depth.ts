import type { Pose, Vec3 } from '@flashworld/math'
import { forwardOf, quatToMat3 } from '@flashworld/math'
import type { Gaussians } from '@flashworld/splats'
import { subsetGaussians } from '@flashworld/splats'

/** A ray; `along` has length 1. */
export interface Ray {
  readonly from: Vec3
  readonly along: Vec3
}

/** Gaussians that are enough to tell how far away a world is: a ray against them takes some milliseconds. */
const ENOUGH = 250_000
/** Deviations from its centre at which a Gaussian is taken to end. */
const REACH = 3
/** Weaker than a step of 8 bits is nothing. */
const LEAST_ALPHA = 1 / 255

/** Of a large cloud every n-th Gaussian, larger by as much as there are fewer, so that surfaces stay closed. */
export function thinned(cloud: Gaussians): Gaussians {
  const step = Math.ceil(cloud.count / ENOUGH)
  if (step === 1) return cloud
  const chosen = Array.from({ length: Math.ceil(cloud.count / step) }, (_, i) => i * step)
  const few = subsetGaussians(cloud, chosen)
  const larger = Math.sqrt(step)
  return { ...few, scales: few.scales.map((scale) => scale * larger) }
}

/** How far along a ray half of the light is stopped; null where less than half is. */
export function depthAlong(cloud: Gaussians, { from, along }: Ray): number | null {
  const { positions, scales, opacities } = cloud
  const hits: { readonly depth: number; readonly alpha: number }[] = []
  for (let i = 0; i < cloud.count; i++) {
    const x = positions[i * 3]! - from[0]
    const y = positions[i * 3 + 1]! - from[1]
    const z = positions[i * 3 + 2]! - from[2]
    const depth = x * along[0] + y * along[1] + z * along[2]
    if (depth <= 0) continue
    const largest = Math.max(scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!)
    const apart = x * x + y * y + z * z - depth * depth
    if (apart > (REACH * largest) ** 2 || opacities[i]! < LEAST_ALPHA) continue
    const hit = meet(cloud, i, { from: [x, y, z], along })
    if (hit.alpha >= LEAST_ALPHA) hits.push(hit)
  }
  hits.sort((a, b) => a.depth - b.depth)
  let light = 1
  for (const { depth, alpha } of hits) {
    light *= 1 - alpha
    if (light < 0.5) return depth
  }
  return null
}

/** How far what a camera sees in its middle is from its plane. */
export const depthAhead = (cloud: Gaussians, pose: Pose): number | null =>
  depthAlong(cloud, { from: pose.position, along: forwardOf(pose.rotation) })

/** Where on the ray the Gaussian, whose centre lies at `from`, is strongest, and how strong it is there. */
function meet({ rotations, scales, opacities }: Gaussians, i: number, { from, along }: Ray) {
  const at = i * 4
  const m = quatToMat3([rotations[at]!, rotations[at + 1]!, rotations[at + 2]!, rotations[at + 3]!])
  let [cc, cd, dd] = [0, 0, 0]
  for (let k = 0; k < 3; k++) {
    const scale = Math.max(scales[i * 3 + k]!, 1e-6)
    const c = (m[k]! * from[0] + m[3 + k]! * from[1] + m[6 + k]! * from[2]) / scale
    const d = (m[k]! * along[0] + m[3 + k]! * along[1] + m[6 + k]! * along[2]) / scale
    cc += c * c
    cd += c * d
    dd += d * d
  }
  const depth = cd / dd
  return { depth, alpha: opacities[i]! * Math.exp(-0.5 * (cc - cd * depth)) }
}
