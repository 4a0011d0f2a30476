import type { Camera } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import { IDENTITY_QUAT } from '@flashworld/math'
import type { Gaussians } from '@flashworld/splats'
import { streamDepths } from './render-views.ts'

/** Depth is measured in small pictures, and over some of the cameras. */
const size = { width: 96, height: 64 }
const mostCameras = 8

/**
 * How far ahead of the first camera a scene is, in its own unit: the median of its depth map; 1 where nothing is.
 * @example
 * ```ts
 * import { subjectDistance } from 'flashworld'
 * import { openEngine, readScene } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * console.log(await subjectDistance(engine, gaussians))
 * ```
 */
export async function subjectDistance(engine: Engine, gaussians: Gaussians): Promise<number> {
  const first: Camera = {
    rotation: IDENTITY_QUAT,
    position: [0, 0, 0],
    ...lensFromFov(size),
  }
  return (await depthAt(engine, gaussians, [first], 0.5)) ?? 1
}

/**
 * The depth below which one pixel in fifty lies, over some of the cameras, in the cloud's unit; 1 where nothing is.
 * @example
 * ```ts
 * import { nearestDepth, recordCameras } from 'flashworld'
 * import { findRecord, openEngine, readScene } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const record = await findRecord('house.spz')
 * if (record) console.log(await nearestDepth(engine, gaussians, recordCameras(record)))
 * ```
 */
export async function nearestDepth(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
): Promise<number> {
  const some = cameras.filter((_, i) => i % Math.ceil(cameras.length / mostCameras) === 0)
  return (await depthAt(engine, gaussians, some, 0.02)) ?? 1
}

/** The depth below which `share` of all pixels that show something lie. */
async function depthAt(
  engine: Engine,
  gaussians: Gaussians,
  cameras: readonly Camera[],
  share: number,
): Promise<number | undefined> {
  const seen: number[] = []
  for await (const { depth } of streamDepths(engine, gaussians, cameras, size)) {
    for (const value of depth) if (value > 0) seen.push(value)
  }
  return Float32Array.from(seen).sort()[Math.floor(seen.length * share)]
}
