import type { Camera, ImageSize, Trajectory, TrajectoryFiles } from '@flashworld/camera'
import {
  lensFromFov,
  lensInPixels,
  readTrajectory,
  reframe,
  resampleByTime,
} from '@flashworld/camera'
import { FIRST_VIEW } from '../moves.ts'
import { pathThrough } from '../edits.ts'
import { viewOfCamera } from '../frames.ts'
import type { Path } from '../path.ts'
import { placedInView } from './place-in-view.ts'

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
  const { placed, factor } = placedInView(views)
  return {
    path: { ...pathThrough(placed), smooth: false },
    notes: [
      ...notes.map((words) => ({ kind: 'file', words }) as const),
      ...(isTimed ? [{ kind: 'timed' } as const] : []),
      ...(cameras.some(isOffCentre) ? [{ kind: 'off-centre' } as const] : []),
      ...(cameras.some(hasOblongPixels) ? [{ kind: 'pixels' } as const] : []),
      ...(factor === 1 ? [] : [{ kind: 'scaled', times: factor } as const]),
    ],
  }
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
