import type { Camera } from '../camera.ts'
import type { Lens } from '../lens.ts'
import { lensFromFov } from '../lens.ts'
import type { ImageSize } from '../picture.ts'
import type { WorldAxes } from './opencv-pose.ts'

/** What a file is, for people. */
export type TrajectoryKind =
  | 'trajectory'
  | '3DGS cameras.json'
  | 'glTF camera'
  | 'COLMAP model'
  | 'nerfstudio transforms.json'
  | 'camera track'
  | 'RealEstate10K trajectory'

/** A camera path, as it is in a file or is to be. */
export interface Trajectory {
  readonly kind: TrajectoryKind
  readonly cameras: readonly Camera[]
  /** When each camera is reached, seconds, rising; left out where the file has no times. */
  readonly times?: readonly number[]
  /** What was assumed or left out, a phrase each, for a warning. */
  readonly notes: readonly string[]
}

/** What a file of cameras may leave out. */
export interface ReadTrajectoryOptions {
  /**
   * The lens of cameras that have none of their own; its picture is the viewport of those that do
   * not say their shape, or only that. Default 60 degrees along the longer side of 704 x 480.
   */
  readonly lens?: Lens
  /** The photograph that a request's intrinsics are in pixels of, where they do not say it. */
  readonly photograph?: ImageSize
  /** The world of files with OpenCV's axes; default `rdf`, as 3DGS PLY files have it. */
  readonly world?: WorldAxes
}

/** The published model's pictures. */
export const DEFAULT_LENS: Lens = lensFromFov({ width: 704, height: 480 })

/** A size as high as the viewport and of another aspect; even, as films need it. */
export function sizeOfAspect(aspect: number, viewport: ImageSize): ImageSize {
  const { height } = viewport
  return { width: Math.max(2, 2 * Math.round((height * aspect) / 2)), height }
}

/** The focal length in picture heights of a vertical field of view, and back; radians. */
export const focalOfFov = (fov: number): number => 0.5 / Math.tan(fov / 2)
export const fovOfFocal = (fy: number): number => 2 * Math.atan(0.5 / fy)
