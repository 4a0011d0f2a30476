import { stat } from 'node:fs/promises'
import type { Camera, ImageSize } from '@flashworld/camera'
import { lensFromFov, reframe, resampleCameras, templatePath } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import type { FlashWorld, SceneRecord } from 'flashworld'
import {
  camerasInFiles,
  readSceneRecord,
  recordCameras,
  recordSize,
  streamDepths,
} from 'flashworld'
import { IDENTITY_QUAT } from '@flashworld/math'
import type { Given } from './command.ts'
import { UsageError } from './command.ts'
import { readText } from './input.ts'
import { parseSize } from './parse-size.ts'
import { readTrajectoryFile } from './read-trajectory-file.ts'
import { recordEnding, recordPath } from './scene-files.ts'

/** Where a film's camera goes, in the frame of the scene's file, for pictures of `size`. */
export interface FilmPath {
  readonly size: ImageSize
  /** The cameras that the path was given by. */
  readonly keys: readonly Camera[]
  /** How long the film runs unless asked otherwise: a second from key to key. */
  readonly seconds: number
  /** That many cameras along the path, evenly spaced. */
  along(count: number): readonly Camera[]
}

/** A scene to film. */
export interface Subject {
  readonly file: string
  readonly gaussians: Gaussians
  readonly record: SceneRecord | undefined
}

/** Where neither path nor scene says how large pictures are. */
const publishedSize: ImageSize = { width: 704, height: 480 }

/** The record beside a scene's file, if there is one. @throws FlashWorldError `scene/record` */
export async function findRecord(scenePath: string): Promise<SceneRecord | undefined> {
  const path = recordPath(scenePath)
  const found = await stat(path).catch(() => undefined)
  return found && readRecord(path)
}

const readRecord = async (path: string) => readSceneRecord(await readText(path), path)

/** The path that was asked for, else the one that the scene was generated along. @throws UsageError without either */
export async function chooseFilmPath(
  { values }: Given,
  subject: Subject,
  engine: FlashWorld['engine'],
): Promise<FilmPath> {
  const { record, file } = subject
  const asked =
    values.size === undefined ? undefined : parseSize(values.size, { least: 16, most: 4096 })
  if (values.cameras !== undefined && values.path !== undefined) {
    throw new UsageError('--cameras, --path: expected one of them')
  }
  if (values.path !== undefined) {
    return moves(values.path, {
      size: asked ?? (record && recordSize(record)) ?? publishedSize,
      distance: await subjectDistance(engine, subject),
      lookDown: record?.request.lookDown ?? 0,
    })
  }
  if (values.cameras !== undefined) return fromFile(values.cameras, asked, record)
  if (record) return throughKeys(camerasInFiles(recordCameras(record), record), asked)
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
  return throughKeys(frame ? camerasInFiles(cameras, frame) : cameras, asked)
}

function throughKeys(cameras: readonly Camera[], asked: ImageSize | undefined): FilmPath {
  const size = asked ?? cameras[0]!.size
  const keys = cameras.map((camera) => reframe(camera, size))
  return { size, keys, seconds: keys.length - 1, along: (count) => resampleCameras(keys, count) }
}

/** Seconds of one move of a template. */
const moveSeconds = 8

interface Standpoint {
  readonly size: ImageSize
  readonly distance: number
  readonly lookDown: number
}

function moves(text: string, { size, distance, lookDown }: Standpoint): FilmPath {
  const seconds = moveSeconds * text.split(',').length
  const along = (count: number) =>
    templatePath(text, { count, size, lookDown }).map(
      ({ position: [x, y, z], ...camera }): Camera => ({
        ...camera,
        position: [x * distance, y * distance, z * distance],
      }),
    )
  return { size, seconds, keys: along(seconds + 1), along }
}

const measuringSize: ImageSize = { width: 96, height: 64 }

/** How far ahead of the first camera the scene is: the median of its depth map; 1 where there is nothing. */
async function subjectDistance(
  engine: FlashWorld['engine'],
  { gaussians }: Subject,
): Promise<number> {
  const first: Camera = {
    rotation: IDENTITY_QUAT,
    position: [0, 0, 0],
    ...lensFromFov(measuringSize),
  }
  for await (const { depth } of streamDepths(engine, gaussians, [first], measuringSize)) {
    const seen = depth.filter((value) => value > 0).sort()
    return seen[seen.length >> 1] ?? 1
  }
  return 1
}
