import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { ImageSize } from '@flashworld/camera'
import type { DepthMap, Picture } from 'flashworld'
import { FlashWorldError } from 'flashworld'
import {
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

/** Checks before the work what can be checked. @throws FlashWorldError `output/unwritable` */
export async function checkOutput(path: string, kind: OutputKind): Promise<void> {
  const found = kind === 'folder' && (await stat(path).catch(() => undefined))
  if (!found) return checkWritable(path)
  if (!found.isDirectory() || (await readdir(path)).length > 0) {
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
  /** Depth that is white in films and WebP; twice as far is half as bright. */
  readonly nearest: number
}

/** Writes frames as they come, so that it is there whole or not at all. */
export async function saveFrames(
  path: string,
  frames: AsyncIterable<Frame>,
  output: FramesOutput,
): Promise<void> {
  const { kind, fps, nearest } = output
  const pictures = mapFrames(frames, (frame) => pictureOf(frame, nearest))
  if (kind === 'film') await saveThrough(path, (part) => writeFilm(part, pictures, output))
  if (kind === 'animation') await saveFile(path, await encodeAnimation(pictures, fps))
  if (kind === 'folder') await saveThrough(path, (part) => writeFolder(part, frames))
  if (kind === 'still') {
    const encode = path.toLowerCase().endsWith('.webp')
      ? (frame: Frame) => encodeWebp(pictureOf(frame, nearest))
      : encodeStill
    for await (const frame of frames) await saveFile(path, await encode(frame))
  }
}

async function writeFolder(folder: string, frames: AsyncIterable<Frame>) {
  await mkdir(folder)
  let index = 0
  for await (const frame of frames) {
    await writeFile(
      join(folder, `frame_${String(index++).padStart(4, '0')}.png`),
      await encodeStill(frame),
    )
  }
}

const encodeStill = (frame: Frame) =>
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
