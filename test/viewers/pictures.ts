import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Camera, ImageSize } from '@flashworld/camera'
import { createReferenceEngine } from '@flashworld/engine'
import type { Gaussians } from '@flashworld/splats'
import type { Picture } from 'flashworld'
import { renderViews } from 'flashworld'
import { convertCommand } from '../../apps/cli/src/commands/convert.ts'
import { runCommand } from '../../apps/cli/test/run-command.ts'
import type { Browser } from './browser.ts'

export interface View {
  readonly camera: Camera
  readonly size: ImageSize
}

/** Our rasterizer's picture. */
export async function drawOurselves(
  cloud: Gaussians,
  { camera, size }: View,
  background = white,
): Promise<Picture> {
  const engine = createReferenceEngine()
  const [picture] = await renderViews(engine, cloud, [camera], { ...size, background })
  engine.dispose()
  return picture!
}

const white = [1, 1, 1] as [number, number, number]

/**
 * The options of Spark's renderer by which it draws the published rasterizer's model: 0.3 added to the covariance
 * in pixels without making up for it in opacity, Gaussians out to where their alpha is 1/255, sorted by depth. As
 * they come, Spark makes up for the blur, cuts at sqrt(8) deviations and sorts by distance.
 */
export const publishedModel = {
  preBlurAmount: 0.3,
  blurAmount: 0,
  maxStdDev: Math.sqrt(2 * Math.log(255)),
  minAlpha: 1 / 255,
  sortRadial: false,
}

/** Half a turn about x, as Spark's examples give it to files of frame RDF; `xyzw`. */
export const halfTurn = [1, 0, 0, 0] as const
export const noTurn = [0, 0, 0, 1] as const

export interface SparkRequest extends View {
  /** A name in the browser's files. */
  readonly file: string
  readonly turn: readonly number[]
  readonly sparkOptions: object
}

/** Spark's picture on a white canvas, and how many splats it found. */
export async function drawWithSpark(browser: Browser, { size, ...request }: SparkRequest) {
  const drawn = (await browser.call('drawWithSpark', { ...request, ...size })) as {
    count: number
    pixels: string
  }
  const picture: Picture = {
    ...size,
    rgba: new Uint8ClampedArray(Buffer.from(drawn.pixels, 'base64')),
  }
  return { count: drawn.count, picture }
}

/** What `flashworld convert` makes of a PLY. */
export async function convertPly(
  ply: AsyncIterable<Uint8Array>,
  name: string,
  ...options: string[]
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-convert-'))
  try {
    const [from, to] = [join(folder, 'in.ply'), join(folder, name)]
    await writeFile(from, ply)
    await runCommand(convertCommand, from, to, ...options)
    return new Uint8Array(await readFile(to))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
