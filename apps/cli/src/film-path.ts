import type { ImageSize } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import type { FilmPath, FlashWorld, SceneRecord } from 'flashworld'
import {
  camerasInFiles,
  pathByTemplate,
  pathThroughKeys,
  publishedSize,
  recordCameras,
  recordEnding,
  recordPath,
  recordSize,
  subjectDistance,
} from 'flashworld'
import { readRecord } from 'flashworld/node'
import type { Given } from './command.ts'
import { UsageError } from './command.ts'
import { parseSize } from './parse-size.ts'
import { readTrajectoryFile } from './read-trajectory-file.ts'

/** A scene to film. */
export interface Subject {
  readonly file: string
  readonly gaussians: Gaussians
  readonly record: SceneRecord | undefined
}

/** The path that was asked for, else the one that the scene was generated along. @throws UsageError without either */
export async function chooseFilmPath(
  { values }: Given,
  { file, gaussians, record }: Subject,
  engine: FlashWorld['engine'],
): Promise<FilmPath> {
  const asked =
    values.size === undefined ? undefined : parseSize(values.size, { least: 16, most: 4096 })
  if (values.cameras !== undefined && values.path !== undefined) {
    throw new UsageError('--cameras, --path: expected one of them')
  }
  if (values.path !== undefined) {
    return pathByTemplate(values.path, {
      size: asked ?? (record && recordSize(record)) ?? publishedSize,
      distance: await subjectDistance(engine, gaussians),
      lookDown: record?.request.lookDown ?? 0,
    })
  }
  if (values.cameras !== undefined) return fromFile(values.cameras, asked, record)
  if (record) return pathThroughKeys(camerasInFiles(recordCameras(record), record), asked)
  throw new UsageError(
    `render: there is no ${recordPath(file)} that has a path; expected --cameras or --path`,
  )
}

/** Cameras of the request's frame where the scene's record knows it, else of the scene's own. */
async function fromFile(
  path: string,
  asked: ImageSize | undefined,
  record: SceneRecord | undefined,
): Promise<FilmPath> {
  const { cameras } = await readTrajectoryFile(path)
  const frame = record ?? (path.endsWith(recordEnding) ? await readRecord(path) : undefined)
  return pathThroughKeys(frame ? camerasInFiles(cameras, frame) : cameras, asked)
}
