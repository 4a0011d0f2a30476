import type { Pose } from '@flashworld/math'
import { PerspectiveCamera } from 'three'
import { FAR, NEAR } from './frame.ts'

/** A three.js camera of a pose and a projection, of which the picture's middle need not be the optical axis. */
export class PoseCamera extends PerspectiveCamera {
  /** @param projection row by row */
  place({ position, rotation: [w, x, y, z] }: Pose, projection: readonly number[]): void {
    this.near = NEAR
    this.far = FAR
    this.position.set(...position)
    this.quaternion.set(x, y, z, w)
    this.updateMatrixWorld()
    this.projectionMatrix.fromArray(projection).transpose()
    this.projectionMatrixInverse.copy(this.projectionMatrix).invert()
    // for those who ask for the angle, as the gizmo does for its size
    this.fov = (360 / Math.PI) * Math.atan(1 / projection[5]!)
  }
}
