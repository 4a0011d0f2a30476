import type { Camera, PathFrame } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import type { Gaussians } from '@flashworld/splats'
import type { CheckedRequest } from './request.ts'

/** What a generation gives: the Gaussians and the path that they were generated along. */
export interface Scene {
  /** In the model's frame: the first camera stands at the origin and looks along -z, y up. */
  readonly gaussians: Gaussians
  /** One camera a frame, in the same frame. */
  readonly cameras: readonly Camera[]
  /** The same cameras in the frame of the request. */
  readonly path: readonly Camera[]
  /** How the model's frame lies in the frame of the request's cameras. */
  readonly frame: PathFrame
  readonly seed: number
  readonly prompt: string
  readonly resolution: readonly [frames: number, height: number, width: number]
}

/** A scene and how it was made: what its files and its record are written from. */
export interface Generated {
  readonly scene: Scene
  readonly request: CheckedRequest
  readonly engine: Engine
  /** Seconds by stage: device time where the device can tell it. */
  readonly timings: Readonly<Record<string, number>>
  readonly seconds: number
  readonly peakBytes: number
}

/**
 * What exports multiply positions and scales by, to be in the unit of the request's cameras: the extent of the
 * path, as the published code does. A path that stays in one place has no extent; its cameras were divided by 0.01.
 * @example
 * ```ts
 * import { unitScale } from 'flashworld'
 * import { normalizeCameras, templatePath } from '@flashworld/camera'
 *
 * const path = templatePath('dolly-forward:2', { count: 2, size: { width: 192, height: 128 } })
 * console.log(unitScale(normalizeCameras(path).frame)) // 2
 * ```
 */
export const unitScale = ({ extent }: PathFrame): number => (extent > 1e-6 ? extent : 0.01)
