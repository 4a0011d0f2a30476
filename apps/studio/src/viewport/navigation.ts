import type { Quat, Vec3 } from '@flashworld/math'
import {
  addVec,
  axisAngleQuat,
  forwardOf,
  multiplyQuat,
  normalizeQuat,
  rotateByQuat,
  subtractVec,
} from '@flashworld/math'
import type { View } from '../path/path.ts'

const X: Vec3 = [1, 0, 0]
const UP: Vec3 = [0, 1, 0]
/** Degrees; straight up or down there is no left and right. */
const STEEPEST = 89

/** Looks around on the spot: to the left by `yaw`, up by `pitch`, degrees. The horizon stays as it is. */
export function lookAround(view: View, yaw: number, pitch: number): View {
  return { ...view, rotation: turnOf(view, yaw, pitch)(view.rotation) }
}

/** Goes around a point, by `yaw` to the right and by `pitch` down, degrees, looking at it as before. */
export function orbitAround(view: View, pivot: Vec3, yaw: number, pitch: number): View {
  const turn = turnOf(view, yaw, pitch)
  const from = subtractVec(view.position, pivot)
  const position = addVec(pivot, rotateByQuat(turn([1, 0, 0, 0]), from))
  return { ...view, rotation: turn(view.rotation), position }
}

/** Moves in the camera's own axes: right, up, back. */
export function moveBy(view: View, step: Vec3): View {
  return { ...view, position: addVec(view.position, rotateByQuat(view.rotation, step)) }
}

/** The turn about the vertical and the camera's own right, as far as the view's steepness allows. */
function turnOf(view: View, yaw: number, pitch: number): (rotation: Quat) => Quat {
  const height = (Math.asin(clamp(forwardOf(view.rotation)[1], -1, 1)) * 180) / Math.PI
  const allowed = clamp(height + pitch, -STEEPEST, STEEPEST) - height
  // one that already looks over the top may come back, and goes no further
  const tilt = allowed * pitch > 0 ? allowed : 0
  const right = rotateByQuat(view.rotation, X)
  const turn = multiplyQuat(axisAngleQuat(UP, yaw), axisAngleQuat(right, tilt))
  return (rotation) => normalizeQuat(multiplyQuat(turn, rotation))
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))
