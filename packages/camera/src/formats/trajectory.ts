import type { Camera } from '../camera.ts'

/** What a file is, for people. */
export type TrajectoryKind = 'trajectory' | '3DGS cameras.json' | 'glTF camera' | 'COLMAP model'

/** A camera path as a file holds it. */
export interface Trajectory {
  readonly kind: TrajectoryKind
  readonly cameras: readonly Camera[]
  /** When each camera is reached, seconds, rising; left out where the file has no times. */
  readonly times?: readonly number[]
  /** What was assumed or left out, a sentence each, for a warning. */
  readonly notes: readonly string[]
}
