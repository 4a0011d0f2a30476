import type { Mat4, Pose, Vec3 } from '@flashworld/math'
import {
  axisAngleQuat,
  composePose,
  decomposePose,
  IDENTITY_POSE,
  IDENTITY_QUAT,
  multiplyPose,
  multiplyQuat,
  quatToMat3,
  rotateVec,
  rotationOf,
  transposeMat3,
} from '@flashworld/math'
import { CameraError } from './camera-error.ts'
import type { Camera } from './camera.ts'
import { checkCameraCount } from './camera.ts'
import { closestName } from './closest-name.ts'
import { DEFAULT_FOV_DEGREES, lensFromFov } from './lens.ts'
import type { ImageSize } from './picture.ts'

/** One camera move. Lengths are in distances to the subject, straight ahead of the start. */
export interface PathTemplate {
  readonly name: string
  /** One line for help texts. */
  readonly summary: string
  /** What the amount counts: distances to the subject, or degrees. */
  readonly unit: 'distances' | 'degrees'
  /** The amount where none is given. */
  readonly amount: number
  /** The camera at progress t (0 to 1), relative to the start, which looks at (0, 0, -1) and has the vertical at `up`. */
  readonly pose: (amount: number, t: number, up: Vec3) => Pose
}

/** A template with an amount. */
export interface Move {
  readonly name: string
  readonly amount: number
}

/** How many cameras a templated path has, what they look through, and how far the subject is. */
export interface TemplatePathOptions {
  /** How many cameras the whole path gets, 2 to 4096. */
  readonly count: number
  /** The pictures' size: the path's pixels are square at it. */
  readonly size: ImageSize
  /** Field of view along the longer side, degrees; default 60. */
  readonly fovDegrees?: number
  /** How far the subject is from the first camera, in the path's unit; default 1. */
  readonly distance?: number
  /** How far below the horizon the first camera looks, degrees, at most `MAX_LOOK_DOWN` either way; default 0. */
  readonly lookDown?: number
}

const MAX_MOVES = 16
const MAX_AMOUNT = { degrees: 360, distances: 100 } as const
/** Degrees; straight down there is no left and right. */
export const MAX_LOOK_DOWN = 89
const X: Vec3 = [1, 0, 0]
const Y: Vec3 = [0, 1, 0]
/** An arc ends at this share of the distance with which it starts. */
const ARC_CLOSES_TO = 0.7
const SPIRAL_TURNS = 2

/**
 * All templates. Every move is in the axes of the camera it starts from, but turns to the left and
 * right are about the vertical, so that the horizon stays level. The amounts are those of the paths
 * on which the embedded model was trained, where it works best: dolly 0.42, truck 0.35 and crane
 * 0.32 of the distance to the subject, orbits and arcs of 15 to 60 degrees, pans of 8 to 28. Models
 * see a path without its scale: of a move that only travels, the amount is then felt by other moves
 * of the same path, and by whoever plays the path.
 */
export const PATH_TEMPLATES: readonly PathTemplate[] = [
  { name: 'dolly-forward', summary: 'straight ahead', ...travel(0.42, [0, 0, -1]) },
  { name: 'dolly-back', summary: 'straight back', ...travel(0.42, [0, 0, 1]) },
  { name: 'truck-left', summary: 'to the left, looking ahead', ...travel(0.35, [-1, 0, 0]) },
  { name: 'truck-right', summary: 'to the right, looking ahead', ...travel(0.35, [1, 0, 0]) },
  { name: 'pedestal-up', summary: 'up, looking ahead', ...travel(0.32, [0, 1, 0]) },
  { name: 'pedestal-down', summary: 'down, looking ahead', ...travel(0.32, [0, -1, 0]) },
  { name: 'crane-up', summary: 'up, facing the subject', ...crane(0.32, 1) },
  { name: 'crane-down', summary: 'down, facing the subject', ...crane(0.32, -1) },
  {
    name: 'orbit-left',
    summary: 'left around the subject',
    ...turn(30, (a, _, up) => orbit(-a, 1, up)),
  },
  {
    name: 'orbit-right',
    summary: 'right around the subject',
    ...turn(30, (a, _, up) => orbit(a, 1, up)),
  },
  {
    name: 'arc-left',
    summary: 'left around the subject, closing in',
    ...turn(30, (a, t, up) => orbit(-a, closing(t), up)),
  },
  {
    name: 'arc-right',
    summary: 'right around the subject, closing in',
    ...turn(30, (a, t, up) => orbit(a, closing(t), up)),
  },
  {
    name: 'spiral',
    summary: 'two widening turns facing the subject; the amount is their radius',
    unit: 'distances',
    amount: 0.2,
    pose: spiral,
  },
  {
    name: 'pan-left',
    summary: 'turning left on the spot',
    ...turn(20, (a, _, up) => onTheSpot(up, a)),
  },
  {
    name: 'pan-right',
    summary: 'turning right on the spot',
    ...turn(20, (a, _, up) => onTheSpot(up, -a)),
  },
  { name: 'tilt-up', summary: 'turning up on the spot', ...turn(12, (a) => onTheSpot(X, a)) },
  { name: 'tilt-down', summary: 'turning down on the spot', ...turn(12, (a) => onTheSpot(X, -a)) },
  {
    name: 'look-around',
    summary: 'turning left, right and back on the spot',
    unit: 'degrees',
    amount: 20,
    pose: (a, t, up) => onTheSpot(up, a * Math.sin(2 * Math.PI * t)),
  },
]

/**
 * Reads `NAME[:AMOUNT]`, or several with commas between, such as `dolly-forward:0.3,orbit-left:30`.
 * @throws CameraError `camera/template` on an unknown name (the message lists all) or amount
 * @example
 * ```ts
 * import { parseMoves } from '@flashworld/camera'
 *
 * console.log(parseMoves('dolly-forward:0.3,orbit-left:30'))
 * ```
 */
export function parseMoves(text: string): Move[] {
  return text.split(',').map((part) => {
    const [name = '', amount, ...rest] = part.trim().split(':')
    const found = findTemplate(name)
    if (rest.length > 0 || amount?.trim() === '') {
      throw new CameraError('camera/template', `path: expected NAME[:AMOUNT], got '${part.trim()}'`)
    }
    const move = { name, amount: amount === undefined ? found.amount : Number(amount) }
    checkAmount(found, move.amount, amount)
    return move
  })
}

/**
 * Cameras along one or more moves, each of which starts where the last one ended and gets the same
 * share of the cameras. The first camera is the identity: at the origin, looking down -z, y up.
 * The subject of every move lies `distance` ahead of the camera with which it starts. Pixels are
 * square, the field of view is 60 degrees along the longer side unless said otherwise.
 * @param path moves, or their text as `parseMoves` reads it
 * @throws CameraError `camera/template`, `camera/count`, `camera/value`
 * @example
 * ```ts
 * import { templatePath } from '@flashworld/camera'
 *
 * const cameras = templatePath('dolly-forward:0.3,orbit-left:30', {
 *   count: 24,
 *   size: { width: 704, height: 480 },
 *   fovDegrees: 70,
 *   lookDown: 12,
 * })
 * ```
 */
export function templatePath(
  path: string | readonly Move[],
  options: TemplatePathOptions,
): Camera[] {
  const moves = typeof path === 'string' ? parseMoves(path) : path
  const { count, size, fovDegrees = DEFAULT_FOV_DEGREES, distance = 1, lookDown = 0 } = options
  checkCameraCount(count)
  if (!(distance > 0 && distance <= MAX_AMOUNT.distances)) {
    throw new CameraError(
      'camera/value',
      `distance: expected above 0 to ${MAX_AMOUNT.distances}, got ${distance}`,
    )
  }
  if (!(Math.abs(lookDown) <= MAX_LOOK_DOWN)) {
    throw new CameraError(
      'camera/value',
      `lookDown: expected -${MAX_LOOK_DOWN} to ${MAX_LOOK_DOWN} degrees, got ${lookDown}`,
    )
  }
  if (moves.length < 1 || moves.length > MAX_MOVES) {
    throw new CameraError(
      'camera/template',
      `path: expected 1 to ${MAX_MOVES} moves, got ${moves.length}`,
    )
  }
  const lens = lensFromFov(size, fovDegrees)
  const poseAt = chain(moves, distance, rotateVec(quatToMat3(axisAngleQuat(X, lookDown)), Y))
  return Array.from({ length: count }, (_, i) => ({
    ...decomposePose(poseAt((i * moves.length) / (count - 1))),
    ...lens,
  }))
}

/** The pose at s: whole numbers are the moves' ends. @param vertical as the first camera has it */
function chain(moves: readonly Move[], distance: number, vertical: Vec3): (s: number) => Mat4 {
  let end = IDENTITY_POSE
  const courses = moves.map(({ name, amount }) => {
    const found = findTemplate(name)
    checkAmount(found, amount)
    const start = end
    const up = rotateVec(transposeMat3(rotationOf(start)), vertical)
    const poseAt = (t: number) => multiplyPose(start, toPose(found.pose(amount, t, up), distance))
    end = poseAt(1)
    return poseAt
  })
  return (s) => {
    const at = Math.min(Math.floor(s), courses.length - 1)
    return courses[at]!(s - at)
  }
}

function toPose(placement: Pose, distance: number): Mat4 {
  const [x, y, z] = placement.position
  return composePose(quatToMat3(placement.rotation), [x * distance, y * distance, z * distance])
}

function findTemplate(name: string): PathTemplate {
  const found = PATH_TEMPLATES.find((t) => t.name === name)
  if (found) return found
  const names = PATH_TEMPLATES.map((t) => t.name)
  const closest = closestName(name, names)
  throw new CameraError(
    'camera/template',
    closest === undefined
      ? `path: expected one of ${names.join(', ')}; got '${name}'`
      : `path: there is no '${name}': did you mean ${closest}?`,
  )
}

function checkAmount(found: PathTemplate, amount: number, shown: unknown = amount): void {
  const most = MAX_AMOUNT[found.unit]
  if (!(amount > 0 && amount <= most)) {
    throw new CameraError(
      'camera/template',
      `${found.name}: expected an amount above 0 to ${most} ${found.unit}, got ${String(shown)}`,
    )
  }
}

type Course = Omit<PathTemplate, 'name' | 'summary'>

function travel(amount: number, along: Vec3): Course {
  const [x, y, z] = along
  const pose = (a: number, t: number): Pose => ({
    rotation: IDENTITY_QUAT,
    position: [x * a * t, y * a * t, z * a * t],
  })
  return { unit: 'distances', amount, pose }
}

function crane(amount: number, up: 1 | -1): Course {
  return { unit: 'distances', amount, pose: (a, t) => looking([0, up * a * t, 0]) }
}

/** An angle that grows evenly: `pose` gets the angle reached, and the progress. */
function turn(amount: number, pose: PathTemplate['pose']): Course {
  return { unit: 'degrees', amount, pose: (a, t, up) => pose(a * t, t, up) }
}

function onTheSpot(axis: Vec3, degrees: number): Pose {
  return { rotation: axisAngleQuat(axis, degrees), position: [0, 0, 0] }
}

function orbit(degrees: number, radius: number, up: Vec3): Pose {
  const rotation = axisAngleQuat(up, degrees)
  const [x, y, z] = rotateVec(quatToMat3(rotation), [0, 0, radius])
  return { rotation, position: [x, y, z - 1] }
}

function closing(t: number): number {
  return 1 + (ARC_CLOSES_TO - 1) * t
}

function spiral(radius: number, t: number): Pose {
  const a = 2 * Math.PI * SPIRAL_TURNS * t
  return looking([radius * t * Math.cos(a), radius * t * Math.sin(a), 0])
}

/** At a place, level, looking at the subject at (0, 0, -1). */
function looking(position: Vec3): Pose {
  const [x, y, z] = [-position[0], -position[1], -1 - position[2]]
  const degrees = 180 / Math.PI
  const yaw = axisAngleQuat(Y, Math.atan2(-x, -z) * degrees)
  const pitch = axisAngleQuat(X, Math.atan2(y, Math.hypot(x, z)) * degrees)
  return { rotation: multiplyQuat(yaw, pitch), position }
}
