import type { Pose, Quat, Vec3 } from '@flashworld/math'

/** What a camera sees from where. The pose is camera-to-world: x right, y up, looking down -z, as three.js and the model have it. */
export interface View extends Pose {
  /** In distances to the subject from the first camera, which is the path's unit. */
  readonly position: Vec3
  /** Unit quaternion, w first. */
  readonly rotation: Quat
  /** Field of view along the picture's longer side, degrees. */
  readonly fovDegrees: number
}

/** A camera that a person set. */
export interface Key extends View {
  /** Stays with the key through every edit, also when it is moved on the path. */
  readonly id: string
  /** Where this key looks, when it is not where the path does. */
  readonly aim?: Aim
}

/** Where the cameras look: as each key was set, along the path, at a point, or away from it. */
export type Aim =
  | { readonly kind: 'drawn' }
  | { readonly kind: 'forward' }
  | { readonly kind: 'at' | 'away'; readonly point: Vec3 }

/** How a path is played when it has come to its end; the model sees none of it. */
export type Loop = 'off' | 'loop' | 'ping-pong'

/** A camera path as it is drawn. Every section between two keys takes the same time. */
export interface Path {
  readonly keys: readonly Key[]
  readonly aim: Aim
  /** A curve through the keys; else straight from key to key. */
  readonly smooth: boolean
  readonly loop: Loop
}

/** Keys from one to another, by index, both included. */
export interface Part {
  readonly from: number
  readonly to: number
}
