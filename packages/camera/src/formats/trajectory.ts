import type { Camera, ImageSize } from '../camera.ts'

/** Cameras as read from a file. */
export interface Trajectory {
  readonly cameras: Camera[]
  /** The size of the pictures, where the file says it. */
  readonly size?: ImageSize
}
