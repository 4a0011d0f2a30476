import type { Camera, PathFrame } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'

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

/**
 * What exports multiply positions and scales by, to be in the unit of the request's cameras: the extent of the
 * path, as the published code does. A path that stays in one place has no extent; its cameras were divided by 0.01.
 */
export const unitScale = ({ extent }: PathFrame): number => (extent > 1e-6 ? extent : 0.01)
