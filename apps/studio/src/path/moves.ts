import { fovOfMillimetres, millimetresOfFov, PATH_TEMPLATES } from '@flashworld/camera'
import type { Pose, Vec3 } from '@flashworld/math'
import {
  anglesOfQuat,
  decomposePose,
  distanceVec,
  invertPose,
  invertQuat,
  lookQuat,
  multiplyPose,
  multiplyQuat,
  poseMatrix,
  quatOfAngles,
  rotateByQuat,
  addVec,
  scaleVec,
  subtractVec,
  upOf,
} from '@flashworld/math'
import { aimOf, pointAhead, withoutAim } from './aim.ts'
import { curveOf } from './curve.ts'
import { clearPath, EMPTY_PATH, withIds } from './edits.ts'
import { fitViews } from './fit.ts'
import { FOV_RANGE } from './frames.ts'
import type { Path, View } from './path.ts'

/** What a move can do. Lengths are in distances to the subject. */
export type MoveKind =
  | 'orbit'
  | 'arc'
  | 'dolly'
  | 'truck'
  | 'pedestal'
  | 'crane'
  | 'spiral'
  | 'pan'
  | 'tilt'
  | 'look-around'
  | 'zoom'

/** One of a move's sliders. */
export interface MoveSlider {
  readonly name: 'angle' | 'travel' | 'distance' | 'height' | 'radius' | 'zoom'
  readonly unit: 'degrees' | 'distances' | 'times'
  readonly least: number
  readonly most: number
  readonly step: number
  /** Where it stands at first: what the embedded model was trained on, as the library's templates have it. */
  readonly usual: number
}

/** Moves with the sign of their amount: to the right, up and forward are above 0. */
interface MoveRow {
  readonly kind: MoveKind
  /** The library's templates for an amount above 0 and one below; none changes the lens alone. */
  readonly templates: readonly [more: string, less: string] | null
  /** Whether it goes around, or faces, a subject. */
  readonly about: boolean
  /** The first one is the template's amount. */
  readonly sliders: readonly MoveSlider[]
}

const amountOf = (name: string): number => PATH_TEMPLATES.find((row) => row.name === name)!.amount

const degrees = (most: number, template: string, least = -most): MoveSlider => {
  return { name: 'angle', unit: 'degrees', least, most, step: 1, usual: amountOf(template) }
}
const travel = (most: number, template: string): MoveSlider => {
  const usual = amountOf(template)
  return { name: 'travel', unit: 'distances', least: -most, most, step: 0.01, usual }
}
const distance: MoveSlider = {
  name: 'distance',
  unit: 'distances',
  least: 0.2,
  most: 3,
  step: 0.05,
  usual: 1,
}
const height: MoveSlider = {
  name: 'height',
  unit: 'distances',
  least: -1,
  most: 1,
  step: 0.01,
  usual: 0,
}

export const MOVES: readonly MoveRow[] = [
  {
    kind: 'orbit',
    templates: ['orbit-right', 'orbit-left'],
    about: true,
    sliders: [degrees(360, 'orbit-right'), distance, height],
  },
  {
    kind: 'dolly',
    templates: ['dolly-forward', 'dolly-back'],
    about: false,
    sliders: [travel(2, 'dolly-forward')],
  },
  {
    kind: 'truck',
    templates: ['truck-right', 'truck-left'],
    about: false,
    sliders: [travel(2, 'truck-right')],
  },
  {
    kind: 'pedestal',
    templates: ['pedestal-up', 'pedestal-down'],
    about: false,
    sliders: [travel(1, 'pedestal-up')],
  },
  {
    kind: 'crane',
    templates: ['crane-up', 'crane-down'],
    about: true,
    sliders: [travel(1, 'crane-up'), distance],
  },
  {
    kind: 'arc',
    templates: ['arc-right', 'arc-left'],
    about: true,
    sliders: [degrees(180, 'arc-right'), distance, height],
  },
  {
    kind: 'spiral',
    templates: ['spiral', 'spiral'],
    about: true,
    sliders: [
      {
        name: 'radius',
        unit: 'distances',
        least: 0.02,
        most: 1,
        step: 0.01,
        usual: amountOf('spiral'),
      },
      distance,
    ],
  },
  {
    kind: 'pan',
    templates: ['pan-right', 'pan-left'],
    about: false,
    sliders: [degrees(180, 'pan-right')],
  },
  {
    kind: 'tilt',
    templates: ['tilt-up', 'tilt-down'],
    about: false,
    sliders: [degrees(80, 'tilt-up')],
  },
  {
    kind: 'look-around',
    templates: ['look-around', 'look-around'],
    about: false,
    sliders: [degrees(90, 'look-around', 1)],
  },
  {
    kind: 'zoom',
    templates: null,
    about: false,
    sliders: [{ name: 'zoom', unit: 'times', least: 0.25, most: 4, step: 0.05, usual: 1.5 }],
  },
]

export const moveRow = (kind: MoveKind): MoveRow => MOVES.find((row) => row.kind === kind)!

/** A move as its sliders stand. */
export interface Move {
  readonly kind: MoveKind
  readonly values: Readonly<Partial<Record<MoveSlider['name'], number>>>
  /** Turns are about the world's vertical, and the horizon stays as it was; else about the camera's own. */
  readonly level: boolean
  /** A picked point that the move goes around or faces; null: straight ahead, at the distance of the slider. */
  readonly subject: Vec3 | null
}

/** A move as it is at first. */
export const usualMove = (kind: MoveKind): Move => ({
  kind,
  level: true,
  subject: null,
  values: Object.fromEntries(moveRow(kind).sliders.map(({ name, usual }) => [name, usual])),
})

/** One slider moved. The distance puts the subject straight ahead again. */
export const withValue = (move: Move, name: MoveSlider['name'], value: number): Move => ({
  ...move,
  values: { ...move.values, [name]: value },
  ...(name === 'distance' && { subject: null }),
})

/** Where the subject of a move is that starts at a view. */
export const subjectOf = (move: Move, start: View): Vec3 =>
  move.subject ?? pointAhead(start, move.values.distance ?? 1)

/** What the camera sees at t, 0 to 1, of a move that starts at a view. */
export function viewOfMove(move: Move, start: View, t: number): View {
  const { templates, about, sliders } = moveRow(move.kind)
  const amount = move.values[sliders[0]!.name] ?? sliders[0]!.usual
  if (!templates) return { ...start, fovDegrees: zoomed(start.fovDegrees, 1 + (amount - 1) * t) }
  const template = PATH_TEMPLATES.find(({ name }) => name === templates[amount < 0 ? 1 : 0])!
  const subject = subjectOf(move, start)
  const up: Vec3 = move.level ? [0, 1, 0] : upOf(start.rotation)
  const facing = about ? lookQuat(subtractVec(subject, start.position), up) : undefined
  const frame: Pose = { position: start.position, rotation: facing ?? start.rotation }
  const placed = template.pose(Math.abs(amount), t, rotateByQuat(invertQuat(frame.rotation), up))
  const unit = about ? distanceVec(subject, start.position) : 1
  const moved = moveAsOne(start, frame, { ...placed, position: scaleVec(placed.position, unit) })
  const raised = raise(moved, {
    by: scaleVec(up, (move.values.height ?? 0) * unit * t),
    subject,
    up,
  })
  return { ...(move.level ? levelLike(raised, start) : raised), fovDegrees: start.fovDegrees }
}

/** The move as keys after the view that it starts at, as few as keep to it. */
export function viewsOfMove(move: Move, start: View, smooth: boolean): View[] {
  const tolerance = { distance: 0.004 * reachOf(move, start), degrees: 0.5 }
  return fitViews((t) => viewOfMove(move, start, t), { tolerance, smooth }).slice(1)
}

/** Where a path begins that has no key yet. */
export const FIRST_VIEW: View = { position: [0, 0, 0], rotation: [1, 0, 0, 0], fovDegrees: 60 }

/** Where a move begins: at the end of the path, or at its first key instead of all that follows it. */
export type MoveStart = 'end' | 'first'

/** What the camera sees where a move would begin. */
export function startOfMove(path: Path, from: MoveStart): View {
  const index = from === 'end' ? path.keys.length - 1 : 0
  return path.keys.length === 0 ? FIRST_VIEW : curveOf(path).at(index)
}

/** The path with a move after its end, or after its first key instead of all that follows it. */
export function addMove(path: Path, move: Move, from: MoveStart): Path {
  const start = startOfMove(path, from)
  const views = viewsOfMove(move, start, path.smooth)
  if (from === 'first' || path.keys.length === 0) {
    const kept = clearPath(path).keys[0]
    const first = kept ? { ...kept, rotation: start.rotation } : withIds([start], [])[0]!
    const key = withoutAim(first)
    return { ...path, aim: EMPTY_PATH.aim, keys: [key, ...withIds(views, [key])] }
  }
  const drawn = aimOf(path, path.keys.at(-1)!).kind === 'drawn' && path.aim.kind === 'drawn'
  const keys = withIds(views, path.keys).map((key) =>
    drawn ? key : { ...key, aim: EMPTY_PATH.aim },
  )
  return { ...path, keys: [...path.keys, ...keys] }
}

/** How far a move reaches, to measure what is small by. */
function reachOf(move: Move, start: View): number {
  const far = distanceVec(subjectOf(move, start), start.position)
  return moveRow(move.kind).about ? Math.max(far, 1e-3) : 1
}

const zoomed = (fovDegrees: number, times: number) =>
  Math.min(
    Math.max(fovOfMillimetres(millimetresOfFov(fovDegrees) * times), FOV_RANGE[0]),
    FOV_RANGE[1],
  )

/** A pose carried along by the movement that takes a frame to `placed` in it. */
function moveAsOne(pose: Pose, frame: Pose, placed: Pose): Pose {
  const home = poseMatrix(frame)
  const carried = multiplyPose(multiplyPose(home, poseMatrix(placed)), invertPose(home))
  return decomposePose(multiplyPose(carried, poseMatrix(pose)))
}

interface Raise {
  readonly by: Vec3
  readonly subject: Vec3
  readonly up: Vec3
}

/** Higher by a step, turned so that the subject stays where it was in the picture. */
function raise(pose: Pose, { by, subject, up }: Raise): Pose {
  if (by.every((value) => value === 0)) return pose
  const position = addVec(pose.position, by)
  const before = lookQuat(subtractVec(subject, pose.position), up)
  const after = lookQuat(subtractVec(subject, position), up)
  if (!before || !after) return { ...pose, position }
  const turn = multiplyQuat(after, invertQuat(before))
  return { position, rotation: multiplyQuat(turn, pose.rotation) }
}

/** Looking where it does, rolled as another. */
function levelLike(pose: Pose, other: Pose): Pose {
  const { roll } = anglesOfQuat(other.rotation)
  const angles = anglesOfQuat(pose.rotation)
  return { ...pose, rotation: quatOfAngles({ ...angles, roll }) }
}
