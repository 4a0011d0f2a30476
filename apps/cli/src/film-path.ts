import type { ImageSize, Lens } from '@flashworld/camera'
import { DEFAULT_LENS, lensFromFov, reframe } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import type { FilmPath, FlashWorld, SceneRecord } from 'flashworld'
import {
  camerasInFiles,
  pathByTemplate,
  pathThroughKeys,
  recordCameras,
  recordEnding,
  recordPath,
  subjectDistance,
} from 'flashworld'
import { readRecord } from 'flashworld/node'
import type { Given } from './command.ts'
import { UsageError } from './command.ts'
import { parseFov, parseSize } from './parse-size.ts'
import { readTrajectoryFile } from './read-trajectory-file.ts'

/** A scene to film. */
export interface Subject {
  readonly file: string
  readonly gaussians: Gaussians
  readonly record: SceneRecord | undefined
}

/** A path, and what was assumed about it. */
export interface ChosenPath {
  readonly path: FilmPath
  readonly notes: readonly string[]
}

/** The path that was asked for, else the one that the scene was generated along. @throws UsageError without either */
export async function chooseFilmPath(
  { values }: Given,
  { file, gaussians, record }: Subject,
  engine: FlashWorld['engine'],
): Promise<ChosenPath> {
  const size =
    values.size === undefined ? undefined : parseSize(values.size, { least: 16, most: 4096 })
  if (values.cameras !== undefined && values.path !== undefined) {
    throw new UsageError('--cameras, --path: expected one of them')
  }
  const lens = chooseLens(values.fov, size, record)
  if (values.path !== undefined) {
    const path = pathByTemplate(values.path, {
      lens,
      distance: await subjectDistance(engine, gaussians),
      lookDown: record?.request.lookDown ?? 0,
    })
    return { path, notes: [] }
  }
  if (values.cameras !== undefined) {
    return fromFile(values.cameras, { lens, size, record })
  }
  if (record) {
    const keys = camerasInFiles(recordCameras(record), record)
    return { path: pathThroughKeys(keys, { size }), notes: [] }
  }
  throw new UsageError(
    `render: there is no ${recordPath(file)} that has a path; expected --cameras or --path`,
  )
}

/** What cameras are seen through that have no lens of their own: as asked, else the scene's, else 60 degrees. */
function chooseLens(
  fov: string | undefined,
  size: ImageSize | undefined,
  record: SceneRecord | undefined,
): Lens {
  const { fx, fy, cx, cy, size: own } = record ? recordCameras(record)[0]! : DEFAULT_LENS
  if (fov !== undefined) return lensFromFov(size ?? own, parseFov(fov))
  return record ? reframe({ fx, fy, cx, cy, size: own }, size ?? own) : lensFromFov(size ?? own)
}

interface FileOptions {
  readonly lens: Lens
  readonly size: ImageSize | undefined
  readonly record: SceneRecord | undefined
}

/** Cameras of the request's frame where the scene's record knows it, else of the scene's own. */
async function fromFile(path: string, { lens, size, record }: FileOptions): Promise<ChosenPath> {
  const { cameras, times, notes } = await readTrajectoryFile(path, { lens })
  const frame = record ?? (path.endsWith(recordEnding) ? await readRecord(path) : undefined)
  const keys = frame ? camerasInFiles(cameras, frame) : cameras
  return {
    path: pathThroughKeys(keys, { size, times }),
    notes: notes.map((note) => `${path}: ${note}`),
  }
}
