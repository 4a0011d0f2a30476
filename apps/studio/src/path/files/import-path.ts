import type { Camera, ImageSize, Trajectory, TrajectoryFiles } from '@flashworld/camera'
import {
  lensFromFov,
  lensInPixels,
  readTrajectory,
  reframe,
  resampleByTime,
} from '@flashworld/camera'
import {
  anglesOfQuat,
  axisAngleQuat,
  distanceVec,
  invertQuat,
  multiplyQuat,
  rotateByQuat,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import { FIRST_VIEW } from '../moves.ts'
import { pathThrough } from '../edits.ts'
import { viewOfCamera } from '../frames.ts'
import type { Path, View } from '../path.ts'

/** What was assumed or changed of a file's cameras, each with what its words need. */
export type ImportNote =
  | { readonly kind: 'file'; readonly words: string }
  | { readonly kind: 'scaled'; readonly times: number }
  | { readonly kind: 'off-centre' }
  | { readonly kind: 'pixels' }
  | { readonly kind: 'timed' }

export interface ImportedPath {
  readonly path: Path
  readonly kind: Trajectory['kind']
  readonly notes: readonly ImportNote[]
}

export interface ImportOptions {
  /** The pictures that will be made: each camera sees the middle of what it saw in its own. */
  readonly size: ImageSize
  /** Of cameras that come without a lens. */
  readonly fovDegrees?: number
}

/**
 * The path of a file, or of a folder's files, in any format that the library reads. As on the published page, the first
 * camera stands at the origin, looking ahead; one that stands upright keeps its pitch, so that the horizon stays known.
 * @throws CameraError
 */
export async function importPath(
  files: TrajectoryFiles,
  { size, fovDegrees = FIRST_VIEW.fovDegrees }: ImportOptions,
): Promise<ImportedPath> {
  const trajectory = await readTrajectory(files, { lens: lensFromFov(size, fovDegrees) })
  return { ...pathOfTrajectory(trajectory, size), kind: trajectory.kind }
}

/** The path of cameras that were read. */
export function pathOfTrajectory(
  { cameras, times, notes }: Pick<Trajectory, 'cameras' | 'times' | 'notes'>,
  size: ImageSize,
): Pick<ImportedPath, 'path' | 'notes'> {
  const isTimed = times !== undefined && !isEven(times)
  const timed = isTimed ? resampleByTime(cameras, times, cameras.length) : cameras
  const views = timed.map((camera) => viewOfCamera(reframe(camera, size)))
  const placed = standingAtOrigin(views)
  const factor = scaleToView(placed)
  const scaled = placed.map((view) => ({ ...view, position: scaleVec(view.position, factor) }))
  return {
    path: { ...pathThrough(scaled), smooth: false },
    notes: [
      ...notes.map((words) => ({ kind: 'file', words }) as const),
      ...(isTimed ? [{ kind: 'timed' } as const] : []),
      ...(cameras.some(isOffCentre) ? [{ kind: 'off-centre' } as const] : []),
      ...(cameras.some(hasOblongPixels) ? [{ kind: 'pixels' } as const] : []),
      ...(factor === 1 ? [] : [{ kind: 'scaled', times: factor } as const]),
    ],
  }
}

/** A camera that is tipped by less, degrees, stands upright; steeper than this it does not tell its horizon. */
const [UPRIGHT_ROLL, UPRIGHT_PITCH] = [5, 60]

/** All cameras moved and turned as one, so that the first is at the origin and looks down -z, or as far up as it did. */
function standingAtOrigin(views: readonly View[]): View[] {
  const [first] = views
  if (!first) return []
  const { yaw, pitch, roll } = anglesOfQuat(first.rotation)
  const isUpright = Math.abs(roll) < UPRIGHT_ROLL && Math.abs(pitch) < UPRIGHT_PITCH
  const turn = isUpright ? axisAngleQuat([0, 1, 0], -yaw) : invertQuat(first.rotation)
  return views.map((view) => ({
    ...view,
    rotation: multiplyQuat(turn, view.rotation),
    position: rotateByQuat(turn, subtractVec(view.position, first.position)),
  }))
}

/** Paths that reach farther, or less far, would not be seen in the view, in distances to the subject. */
const SEEN = { least: 0.02, most: 6 } as const

/** The factor that makes a path of an unknown unit one that can be seen; the model sees no scale. */
function scaleToView(views: readonly View[]): number {
  const extent = Math.max(0, ...views.map(({ position }) => distanceVec(position, [0, 0, 0])))
  return extent === 0 || (extent >= SEEN.least && extent <= SEEN.most) ? 1 : 1 / extent
}

const isEven = (times: readonly number[]) => {
  const step = (times.at(-1)! - times[0]!) / (times.length - 1)
  return times.every((time, i) => Math.abs(time - times[0]! - i * step) <= 1e-6 * Math.abs(step))
}

const isOffCentre = ({ cx, cy }: Camera) => Math.hypot(cx - 0.5, cy - 0.5) > 0.01

const hasOblongPixels = (camera: Camera) => {
  const { fx, fy } = lensInPixels(camera)
  return Math.abs(fx / fy - 1) > 0.01
}
