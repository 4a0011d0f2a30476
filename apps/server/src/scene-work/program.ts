// A process that does one piece of work on a scene's file, in a folder of its own, and ends: what a hostile file or a
// large one does to memory and time is done here.
import { basename } from 'node:path'
import type { Camera } from '@flashworld/camera'
import { camerasFromJson, lensFromFov, readCamerasJson } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import { keepMostImportant, TARGET_AXES } from '@flashworld/splats'
import type { FilmPath, SceneRecord } from 'flashworld'
import {
  apparentSizes,
  camerasInFiles,
  errorCode,
  FlashWorldError,
  measureContributions,
  pathByTemplate,
  pathThroughKeys,
  recordCameras,
  streamViews,
  subjectDistance,
} from 'flashworld'
import type { Backend } from 'flashworld/node'
import {
  encodePng,
  encodeWebp,
  findRecord,
  loadFilmEncoder,
  openEngine,
  readScene,
  saveFile,
  sceneOutput,
  writeFilm,
} from 'flashworld/node'
import { giveWay } from '../give-way.ts'
import type { ConvertTask, FromSceneWork, RenderTask, SceneTask } from './tasks.ts'

/** Pictures that the share of each Gaussian is measured in. */
const measuringSize = { width: 352, height: 240 }

/** Pictures of a scene that tells no size. */
const defaultSize = { width: 704, height: 480 }

/** Films of a scene's own path are no longer than this, unless they are asked to be. */
const filmSeconds = 6

async function convert({ input, output, limit, target, backend }: ConvertTask) {
  const record = await findRecord(input)
  const file = await readScene(input, record?.files[basename(input)]?.axes)
  const notes = [...file.notes]
  const { format, write } = sceneOutput(output, {
    ...(target && { axes: TARGET_AXES[target] }),
    onNote: (note) => notes.push(note),
  })
  const cameras = record && camerasInFiles(recordCameras(record), record)
  const gaussians = await reduce(file.gaussians, limit, { cameras, backend })
  const content = write(gaussians, {
    ...(cameras && format === 'html' && { camera: cameras[0]! }),
  })
  await saveFile(output, content)
  return notes
}

async function reduce(
  gaussians: Gaussians,
  limit: number | undefined,
  { cameras, backend }: { readonly cameras?: readonly Camera[] | undefined; backend: string },
): Promise<Gaussians> {
  if (limit === undefined || gaussians.count <= limit) return gaussians
  if (!cameras) return keepMostImportant(gaussians, apparentSizes(gaussians), limit)
  using engine = await openEngine({ backend: backend as Backend })
  const shown = await measureContributions(engine, gaussians, cameras, measuringSize)
  return keepMostImportant(gaussians, shown, limit)
}

async function render(task: RenderTask) {
  const { input, output, still, fps, seconds, backend } = task
  const isFilm = output.endsWith('.mp4')
  if (isFilm) await loadFilmEncoder()
  const record = await findRecord(input)
  const { gaussians, notes } = await readScene(input, record?.files[basename(input)]?.axes)
  using engine = await openEngine({ backend: backend as Backend })
  const path = await pathOf(task, record, () => subjectDistance(engine, gaussians))
  if (!isFilm) {
    const camera = path.keys[still ?? 0]
    if (!camera) {
      const got = `${still} of ${path.keys.length} cameras`
      throw new FlashWorldError('request/invalid', `still: expected one of the path's, got ${got}`)
    }
    const [picture] = await Array.fromAsync(streamViews(engine, gaussians, [camera], camera.size))
    await saveFile(
      output,
      output.endsWith('.png') ? await encodePng(picture!) : await encodeWebp(picture!),
    )
    return notes
  }
  const size = { width: even(path.size.width), height: even(path.size.height) }
  const count = Math.round((seconds ?? Math.min(path.seconds, filmSeconds)) * fps) + 1
  const pictures = streamViews(engine, gaussians, path.along(count), size)
  await writeFilm(output, pictures, { ...size, fps, count })
  return notes
}

/** The path that was asked for, else the one that the scene was generated along, else an orbit. */
async function pathOf(
  { cameras, path, size: asked, longestSide = Infinity }: RenderTask,
  record: SceneRecord | undefined,
  measureDistance: () => Promise<number>,
): Promise<FilmPath> {
  const own = record && camerasInFiles(recordCameras(record), record)
  const full = asked ?? own?.[0]!.size ?? defaultSize
  const shrink = Math.min(1, longestSide / Math.max(full.width, full.height))
  const size = {
    width: Math.round(full.width * shrink),
    height: Math.round(full.height * shrink),
  }
  if (cameras !== undefined) {
    const { cameras: keys } = camerasFromJson(readCamerasJson(cameras), { resolution: size })
    return pathThroughKeys(keys, asked ? { size } : {})
  }
  if (own && path === undefined) return pathThroughKeys(own, { size })
  const lookDown = record?.request.lookDown ?? 0
  return pathByTemplate(path ?? 'orbit-left', {
    lens: lensFromFov(size),
    distance: await measureDistance(),
    lookDown,
  })
}

/** Films have sides of an even number of pixels. */
const even = (side: number) => Math.max(2, side - (side % 2))

process.once('message', async (task: SceneTask) => {
  const tell = (message: FromSceneWork) => process.send!(message, () => process.disconnect())
  try {
    const notes = await (task.type === 'convert' ? convert(task) : render(task))
    tell({ type: 'done', notes })
  } catch (error) {
    const code = errorCode(error)
    const message = error instanceof Error ? error.message : String(error)
    tell({ type: 'failed', error: { code: code ?? 'work/failed', message } })
  }
})
process.on('disconnect', () => process.exit(0))
giveWay()
