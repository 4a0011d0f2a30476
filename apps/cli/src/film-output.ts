import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { ImageSize } from '@flashworld/camera'
import type { DepthMap, Picture } from 'flashworld'
import { FlashWorldError } from 'flashworld'
import {
  checkNew,
  checkWritable,
  encodeAnimation,
  encodeDepthPng,
  encodePng,
  encodeWebp,
  saveFile,
  saveThrough,
  writeFilm,
} from 'flashworld/node'
import { UsageError } from './command.ts'
import { dash, writeStandardOutput } from './standard-streams.ts'

export type OutputKind = 'film' | 'animation' | 'still' | 'folder'

/** What a name stands for: an MP4 film, a WebP animation or still, a PNG, a folder of PNGs. @throws UsageError */
export function outputKind(path: string, still: boolean): OutputKind {
  const ending = extname(path).toLowerCase()
  const kinds: Readonly<Record<string, OutputKind>> = {
    '.mp4': 'film',
    '.webp': 'animation',
    '.png': 'still',
    '': 'folder',
  }
  const kind = still && ending === '.webp' ? 'still' : kinds[ending]
  if (!kind)
    throw new UsageError(
      `--out: expected a name in .mp4, .webp or .png, or a folder, got '${path}'`,
    )
  if (still && kind !== 'still')
    throw new UsageError(`--still: expected --out in .png or .webp, got '${path}'`)
  return kind
}

/** What can go to standard output: pictures; films and folders need files. */
export const streamedEndings = ['.png', '.webp'] as const

/** Checks before the work what can be checked. @throws FlashWorldError `output/unwritable`, `output/exists` */
export async function checkOutput(path: string, kind: OutputKind, force: boolean): Promise<void> {
  const found = kind === 'folder' && (await stat(path).catch(() => undefined))
  if (!found) {
    await checkWritable(path)
    return force ? undefined : checkNew(path)
  }
  const names = found.isDirectory() ? await readdir(path) : []
  // what is replaced is gone: nothing but pictures like ours
  if (names.length > 0 && names.every((name) => framePattern.test(name))) {
    if (force) return
    throw new FlashWorldError('output/exists', `${path} has pictures already`)
  }
  if (!found.isDirectory() || names.length > 0) {
    throw new FlashWorldError(
      'output/unwritable',
      `cannot write ${path}: expected a new or an empty folder`,
    )
  }
}

/** What is written of a picture, and of a depth map. */
export type Frame = Picture | DepthMap

/** A PNG's depth is in thousandths of the scene's unit. */
export const depthScale = 1000

export interface FramesOutput extends ImageSize {
  readonly kind: OutputKind
  readonly fps: number
  readonly count: number
  /** Replaces what is there. */
  readonly force: boolean
  /** Of the name by which the format was chosen. */
  readonly ending: string
  readonly signal: AbortSignal
  /** Depth that is white in films and WebP; twice as far is half as bright. */
  readonly nearest: number
}

/** Writes frames as they come, so that it is there whole or not at all. @returns its bytes; of a folder undefined */
export async function saveFrames(
  path: string,
  frames: AsyncIterable<Frame>,
  output: FramesOutput,
): Promise<number | undefined> {
  const { kind, fps, nearest, signal } = output
  const pictures = mapFrames(frames, (frame) => pictureOf(frame, nearest))
  const save = (content: Uint8Array) =>
    path === dash ? writeStandardOutput([content], signal) : saveFile(path, content, signal)
  switch (kind) {
    case 'film':
      await saveThrough(path, (part) => writeFilm(part, pictures, output))
      return (await stat(path)).size
    case 'animation':
      return save(await encodeAnimation(pictures, fps))
    case 'folder':
      await saveThrough(path, async (part) => {
        await writeFolder(part, frames)
        if (output.force) await rm(path, { recursive: true, force: true })
      })
      return undefined
    case 'still': {
      const [frame] = await Array.fromAsync(frames)
      return save(await encodeStill(frame!, nearest, output.ending))
    }
  }
}

const framePattern = /^frame_\d{4,}\.png$/

async function writeFolder(folder: string, frames: AsyncIterable<Frame>) {
  await mkdir(folder)
  let index = 0
  for await (const frame of frames) {
    const name = `frame_${String(index++).padStart(4, '0')}.png`
    await writeFile(join(folder, name), await encodeFrame(frame))
  }
}

const encodeStill = (frame: Frame, nearest: number, ending: string) =>
  ending.toLowerCase() === '.webp' ? encodeWebp(pictureOf(frame, nearest)) : encodeFrame(frame)

const encodeFrame = (frame: Frame) =>
  'depth' in frame ? encodeDepthPng(frame, depthScale) : encodePng(frame)

async function* mapFrames(
  frames: AsyncIterable<Frame>,
  change: (frame: Frame) => Picture,
): AsyncGenerator<Picture> {
  for await (const frame of frames) yield change(frame)
}

/** Depth for the eye: grey by its inverse, so that what is near has most of the range. */
function pictureOf(frame: Frame, nearest: number): Picture {
  if (!('depth' in frame)) return frame
  const { width, height, depth } = frame
  const rgba = new Uint8ClampedArray(depth.length * 4).fill(255)
  depth.forEach((value, i) => rgba.fill(value > 0 ? (255 * nearest) / value : 0, i * 4, i * 4 + 3))
  return { width, height, rgba }
}
