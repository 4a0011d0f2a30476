import type { ImageSize, Lens } from '@flashworld/camera'
import { IDENTITY_QUAT } from '@flashworld/math'
import type { Gaussians } from '@flashworld/splats'
import { rayThrough } from '../viewport/rays.ts'
import { depthAlong } from '../viewport/worlds/depth.ts'
import type { Depths } from './upsample.ts'

/** How far away a cloud is, seen from its origin: where half of the light is stopped, never between two things. */
export function depthsOf(cloud: Gaussians, lens: Lens, size: ImageSize): Depths {
  const { width, height } = size
  const eye = { pose: { position: [0, 0, 0], rotation: IDENTITY_QUAT }, lens, view: size } as const
  const depth = Float32Array.from({ length: width * height }, (_, i) => {
    const at = { x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 }
    const ray = rayThrough(eye, at)
    const far = depthAlong(cloud, ray)
    return far === null ? 0 : -far * ray.along[2]
  })
  return { width, height, depth }
}
