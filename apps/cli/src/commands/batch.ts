import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { camerasInFrame, densePath, VIDEO_FPS } from '@flashworld/camera'
import type { CheckedRequest, FlashWorld, RequestDefaults, Scene, SceneRecord } from 'flashworld'
import { checkpointDefaults, checkRequest, recordPath, streamViews } from 'flashworld'
import type { WrittenFile } from 'flashworld/node'
import {
  checkNew,
  findRecord,
  listRequests,
  loadFilmEncoder,
  nodeImages,
  readRequest,
  saveThrough,
  writeFilm,
} from 'flashworld/node'
import type { Command, Given, Session } from '../command.ts'
import { forceOption, UsageError, wholeNumber } from '../command.ts'
import { failureOf } from '../failure.ts'
import { engineOptions, findModel, memoryOptions, openModel } from '../model.ts'
import { failureWords } from '../output.ts'
import { watched } from '../progress.ts'
import { noteWarnings, runGeneration } from '../run-generation.ts'

export const batchCommand: Command = {
  name: 'batch',
  summary: "Makes a scene of every request in a folder; the options are the published code's",
  options: {
    input_dir: {
      value: 'DIR',
      summary: 'request files, *.json; an image may be a file in this folder',
    },
    output_dir: {
      value: 'DIR',
      summary: 'gets a folder a request; finished ones are skipped when run again',
    },
    ply: { summary: 'write gaussians.ply' },
    spz: { summary: 'write gaussians.spz' },
    video: { summary: 'write video.mp4: a second from frame to frame of the path' },
    video_fps: {
      value: 'N',
      summary: 'pictures a second of the video',
      default: String(VIDEO_FPS),
    },
    ckpt: {
      value: 'MODEL',
      summary: engineOptions.model!.summary,
      default: 'mini',
    },
    seed: {
      value: 'N',
      summary: 'for requests that name none (default: random ones, kept in gaussians.scene.json)',
    },
    ...memoryOptions,
    ...forceOption,
    backend: engineOptions.backend!,
    precision: engineOptions.precision!,
    threads: engineOptions.threads!,
  },
  examples: ['npx flashworld batch --input_dir requests --output_dir scenes --ply --spz --video'],
  run,
}

async function run(given: Given, session: Session): Promise<number> {
  const { values } = given
  const plan = planBatch(given)
  const names = await listRequests(plan.input)
  if (names.length === 0) throw new UsageError(`--input_dir: there is no *.json in ${plan.input}`)
  if (plan.files.has(video)) await loadFilmEncoder()
  const asked = { ...given, values: { ...values, model: plan.model } }
  const defaults = await checkpointDefaults((await findModel(asked, session)).source)
  const { output, signal } = session
  const counts = { made: 0, skipped: 0 }
  const failures: string[] = []
  /** One bad request does not stop the others. */
  const attempt = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      const failure = failureOf(error, 'batch')
      failures.push(`${name}: ${failureWords(failure)}`)
      output.tell({ type: 'failure', name, ...failure }, failureWords(failure))
      return undefined
    }
  }
  let model: FlashWorld | undefined
  try {
    for (const [i, name] of names.entries()) {
      output.tell(
        { type: 'request', name, index: i, of: names.length },
        `[${i + 1} of ${names.length}] ${name}`,
      )
      const order = await attempt(name, () => readOrder(name, plan, defaults))
      if (order?.finished) counts.skipped++
      if (!order || order.finished) continue
      model ??= await openModel(asked, session)
      const batch = { plan, model, session }
      if (await attempt(name, () => fill(order, batch))) counts.made++
    }
  } finally {
    model?.dispose()
  }
  const summary = `${counts.made} made, ${counts.skipped} finished before, ${failures.length} failed`
  output.tell(
    { type: 'done', ...counts, failed: failures.length },
    [summary, ...failures.map((failure) => `  ${failure}`)].join('\n'),
  )
  return failures.length > 0 ? 1 : 0
}

const [ply, spz, video] = ['gaussians.ply', 'gaussians.spz', 'video.mp4'] as const

interface Plan {
  readonly input: string
  readonly output: string
  /** Names of the files that each request gets. */
  readonly files: ReadonlySet<string>
  readonly fps: number
  readonly model: string
  readonly seed: number | undefined
  /** Replaces the scenes of other requests. */
  readonly force: boolean
}

/** @throws UsageError */
function planBatch({ values, switches }: Given): Plan {
  const { input_dir: input, output_dir: output, ckpt } = values
  if (input === undefined || output === undefined)
    throw new UsageError('batch: expected --input_dir and --output_dir')
  const wanted = { ply, spz, video }
  const files = new Set(
    Object.entries(wanted).flatMap(([name, file]) => (switches.has(name) ? [file] : [])),
  )
  if (files.size === 0)
    throw new UsageError('batch: expected at least one of --ply, --spz and --video')
  return {
    input,
    output,
    files,
    fps: wholeNumber('video_fps', values.video_fps!, { least: 1, most: 120 }),
    model: ckpt!,
    seed: values.seed === undefined ? undefined : wholeNumber('seed', values.seed),
    force: switches.has('force'),
  }
}

interface Batch {
  readonly plan: Plan
  readonly model: FlashWorld
  readonly session: Session
}

/** What a request file asks for, and how much of it is there. */
interface Order {
  readonly folder: string
  readonly request: CheckedRequest
  /** Of the same scene, where it was finished. */
  readonly record: SceneRecord | undefined
  /** True if every file that is wanted is there. */
  readonly finished: boolean
}

async function readOrder(name: string, plan: Plan, defaults: RequestDefaults): Promise<Order> {
  const folder = join(plan.output, basename(name, '.json'))
  const fromFile = await readRequest(join(plan.input, name))
  const checked = await checkRequest(fromFile, { defaults, images: nodeImages })
  const asked = fromFile.seed ?? plan.seed
  const record = await earlier(folder, checked, asked)
  // one that was cut short has no record, and is made again
  if (!record && !plan.force) await checkNew(recordPath(join(folder, ply)))
  return {
    folder,
    // what is missing of a finished scene is made of the same one again
    request: { ...checked, seed: record?.seed ?? asked ?? checked.seed },
    record,
    finished: record !== undefined && (await allThere(folder, plan.files)),
  }
}

async function fill({ folder, request, record }: Order, batch: Batch): Promise<Scene> {
  const { plan, model, session } = batch
  noteWarnings(request, session.output)
  const files = [ply, spz]
    .filter((file) => plan.files.has(file) || record?.files[file])
    .map((file) => join(folder, file))
  return runGeneration({
    model,
    request,
    where: { files, recordOf: join(folder, ply), force: true },
    extras: (scene) => saveVideo(scene, folder, batch),
    session,
  })
}

/** The record of a scene that was finished, if it is what is asked for now. It is written last. */
async function earlier(
  folder: string,
  { digest }: CheckedRequest,
  seed: number | undefined,
): Promise<SceneRecord | undefined> {
  const record = await findRecord(join(folder, ply)).catch(() => undefined)
  const same = record?.request.digest === digest && record.seed === (seed ?? record.seed)
  return same ? record : undefined
}

async function allThere(folder: string, files: ReadonlySet<string>): Promise<boolean> {
  const found = await Promise.all(
    [...files].map((file) => stat(join(folder, file)).catch(() => undefined)),
  )
  return found.every(Boolean)
}

/** A film along the path, as the published code makes it: `(frames - 1) * fps + 1` pictures. */
async function* saveVideo(
  scene: Scene,
  folder: string,
  { plan, model, session: { output, signal } }: Batch,
): AsyncGenerator<WrittenFile> {
  if (!plan.files.has(video)) return
  const cameras = camerasInFrame(densePath(scene.path, plan.fps), scene.frame)
  const [, height, width] = scene.resolution
  const pictures = streamViews(model.engine, scene.gaussians, cameras, { width, height, signal })
  const path = join(folder, video)
  const shown = watched(
    pictures,
    output.progress({ total: cameras.length, unit: 'pictures' }),
    `filming ${cameras.length} x ${width} x ${height}`,
  )
  await saveThrough(path, (part) =>
    writeFilm(part, shown, { width, height, fps: plan.fps, count: cameras.length }),
  )
  yield { path, bytes: (await stat(path)).size }
}
