import { basename, extname } from 'node:path'
import type { Camera } from '@flashworld/camera'
import { MAX_CAMERAS, VIDEO_FPS } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import type { FilmPath } from 'flashworld'
import { camerasThatSeeNothing, isMixed, nearestDepth, streamDepths, streamViews } from 'flashworld'
import { findRecord, loadFilmEncoder } from 'flashworld/node'
import type { Command, Given, Session } from '../command.ts'
import { forceOption, numberOf, UsageError, wholeNumber } from '../command.ts'
import type { Frame } from '../film-output.ts'
import { checkOutput, depthScale, outputKind, saveFrames, streamedEndings } from '../film-output.ts'
import type { Subject } from '../film-path.ts'
import { chooseFilmPath } from '../film-path.ts'
import { engineOptions, openBackend } from '../model.ts'
import type { Output } from '../output.ts'
import { watched } from '../progress.ts'
import { dash, fromOption, outputName, readGivenScene, toOption } from '../standard-streams.ts'

export const renderCommand: Command = {
  name: 'render',
  summary: 'Films a scene along a camera path: MP4, animated WebP, stills, depth maps',
  positionals: 'SCENE',
  options: {
    cameras: {
      value: 'FILE',
      summary:
        "camera path, in the frame of the scene's request where its record is there, else of its file",
    },
    path: {
      value: 'PATH',
      summary:
        'camera path by template from the first camera, such as orbit-left:40 (default: its own)',
    },
    size: {
      value: 'WxH',
      summary:
        "pictures' size, to 4096 a side; another shape shows the middle (default: the path's)",
    },
    fov: {
      value: 'DEG',
      summary:
        "field of view along the longer side, for --path and for poses without intrinsics (default: the scene's own, else 60)",
    },
    fps: { value: 'N', summary: 'pictures a second', default: String(VIDEO_FPS) },
    seconds: {
      value: 'S',
      summary:
        "how long the film runs (default: as the path's times say, else a second from camera to camera; 8 a move of a template)",
    },
    still: { value: 'N', summary: 'one picture, from the N-th camera of the path, counted from 0' },
    depth: {
      summary: `depth instead of colour. PNG: 16 bits, depth x ${depthScale} in the file's unit, 0 for none. MP4, WebP: brighter is nearer`,
    },
    out: {
      value: 'FILE|DIR',
      summary: '.mp4, .webp or .png, or a new folder for PNGs (default: SCENE with .mp4, or .png)',
    },
    ...fromOption,
    ...toOption(streamedEndings),
    ...forceOption,
    backend: engineOptions.backend!,
    threads: engineOptions.threads!,
  },
  examples: [
    'npx flashworld render house.ply --out house.mp4',
    'npx flashworld render house.spz --path spiral --size 1920x1080 --fps 30 --seconds 10',
    'npx flashworld render house.ply --still 0 --size 320x200 --out thumbnail.webp',
    'npx flashworld render house.ply --depth --out depth',
  ],
  run,
}

async function run(given: Given, { output, signal }: Session): Promise<number> {
  const { positionals, values, switches } = given
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('render: expected one scene')
  if (file === dash && values.out === undefined)
    throw new UsageError('render: expected --out for a scene from standard input')
  const out =
    values.out ??
    file.slice(0, file.length - extname(file).length) +
      (values.still === undefined ? '.mp4' : '.png')
  const name = outputName(out, values, streamedEndings)
  const kind = outputKind(name, values.still !== undefined)
  const fps = boundedNumber('fps', values.fps!, 120)
  const force = switches.has('force')
  if (out === dash) output.yieldStandardOutput()
  else await checkOutput(out, kind, force)
  const record = await findRecord(file)
  const { gaussians } = await readGivenScene(file, given, {
    axes: record?.files[basename(file)]?.axes,
    signal,
  })
  const subject: Subject = { file, gaussians, record }
  const engine = await openBackend(given)
  const start = performance.now()
  try {
    const { path, notes } = await chooseFilmPath(given, subject, engine)
    for (const note of notes) output.note(note)
    const cameras =
      kind === 'still' ? [keyCamera(path, values.still ?? '0')] : filmCameras(path, fps, given)
    const size = kind === 'still' ? cameras[0]!.size : path.size
    if (kind !== 'still' && isMixed(path)) {
      output.note(
        `the path's pictures are of several sizes; all are ${size.width} x ${size.height} here, as the first`,
      )
    }
    noteBlindCameras(gaussians, cameras, output)
    const depth = switches.has('depth')
    const nearest = depth ? await nearestDepth(engine, gaussians, cameras) : 0
    const stream: (...args: Parameters<typeof streamViews>) => AsyncIterable<Frame> = depth
      ? streamDepths
      : streamViews
    if (kind === 'film') await loadFilmEncoder()
    const frames = stream(engine, gaussians, cameras, { ...size, signal })
    const shown = watched(
      frames,
      output.progress({ total: cameras.length, unit: 'pictures' }),
      `rendering ${cameras.length} x ${size.width} x ${size.height} on ${engine.name}`,
    )
    const bytes = await saveFrames(out, shown, {
      ...{ ...size, kind, fps, nearest, force, signal },
      count: cameras.length,
      ending: extname(name),
    })
    output.tell({ type: 'file', path: out, ...(bytes !== undefined && { bytes }) })
    const seconds = (performance.now() - start) / 1000
    const what = kind === 'still' ? 'one picture' : `${cameras.length} pictures, ${fps} a second,`
    output.tell(
      { type: 'done', pictures: cameras.length, ...size, seconds },
      `wrote ${out}: ${what} of ${size.width} x ${size.height} in ${seconds.toFixed(1)} s`,
    )
    return 0
  } finally {
    engine.dispose()
  }
}

/** Says before the work that some of the pictures will be empty. */
function noteBlindCameras(gaussians: Gaussians, cameras: readonly Camera[], output: Output): void {
  const blind = camerasThatSeeNothing(gaussians, cameras).length
  if (blind === 0) return
  const message = `${blind} of ${cameras.length} cameras see nothing of the scene; --cameras are in the frame of its request where its record is there, else of its file`
  output.note(message)
}

function boundedNumber(name: string, text: string, most: number): number {
  const value = numberOf(text)
  if (!(value > 0 && value <= most))
    throw new UsageError(`--${name}: expected a number above 0 to ${most}, got '${text}'`)
  return value
}

function keyCamera({ keys }: FilmPath, text: string): Camera {
  return keys[wholeNumber('still', text, { most: keys.length - 1 })]!
}

function filmCameras(path: FilmPath, fps: number, { values }: Given): readonly Camera[] {
  const seconds =
    values.seconds === undefined ? path.seconds : boundedNumber('seconds', values.seconds, 3600)
  const count = Math.round(seconds * fps) + 1
  if (count > MAX_CAMERAS) {
    throw new UsageError(
      `render: expected at most ${MAX_CAMERAS} pictures, got ${count}; lower --seconds or --fps`,
    )
  }
  return path.along(count)
}
