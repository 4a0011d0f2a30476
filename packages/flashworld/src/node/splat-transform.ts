import { extname } from 'node:path'
import type * as Library from '@playcanvas/splat-transform'
import type { ExperienceSettings } from '@playcanvas/splat-transform/viewer-settings'
import type { Camera } from '@flashworld/camera'
import { quatToMat3, rotateVec } from '@flashworld/math'
import type { Axes, Gaussians } from '@flashworld/splats'
import {
  allocateGaussians,
  SplatsError,
  TARGET_AXES,
  withAxesComment,
  writePly,
} from '@flashworld/splats'
import { FlashWorldError } from '../errors.ts'
import { loadOptional } from '../optional-package.ts'

/** Formats that the package @playcanvas/splat-transform writes for us. */
export const transformOutputs = ['.compressed.ply', '.sog', '.html'] as const

/** Formats that it reads for us, and the index of an unbundled SOG. */
export const transformInputs = ['.sog', '.ksplat'] as const

export type TransformOutput = (typeof transformOutputs)[number]

/**
 * The frame in which each of them is written unless another is asked for. All are PLY's by habit; the viewer in an
 * HTML file turns what it holds by half a turn about z, and its frame is chosen so that the scene faces its camera.
 */
export const transformAxes: Readonly<Record<TransformOutput, Axes>> = {
  '.compressed.ply': 'RDF',
  '.sog': 'RDF',
  '.html': TARGET_AXES.supersplat,
}

/** Above this many Gaussians the compression of SOG on the CPU takes minutes (20,000: two and a half). */
export const manyForSog = 5_000

const importPackage = (): Promise<typeof Library> => import('@playcanvas/splat-transform')

const loadPackage = <T>(load: () => Promise<T>): Promise<T> =>
  loadOptional(
    load,
    'SOG, compressed PLY, HTML and ksplat files',
    '@playcanvas/splat-transform playcanvas',
  )

/**
 * Loads what SOG, compressed PLY and HTML need. Call it before long work.
 * @throws FlashWorldError `package/missing` with how to install it
 * @example
 * ```ts
 * import { errorCode } from 'flashworld'
 * import { loadSplatTransform } from 'flashworld/node'
 *
 * await loadSplatTransform().catch((error: unknown) => {
 *   if (errorCode(error) !== 'package/missing') throw error
 *   console.error((error as Error).message) // how to install it
 * })
 * ```
 */
export async function loadSplatTransform(
  load: () => Promise<unknown> = importPackage,
): Promise<void> {
  await loadPackage(load)
}

export interface TransformOptions {
  readonly output: TransformOutput
  readonly axes: Axes
  /** Factor on positions and scales; default 1. */
  readonly scale?: number | undefined
  /** Where the HTML viewer starts, in the cloud's frame and the file's unit. */
  readonly camera: Camera
  /** Hears of what the file does not hold. */
  readonly onNote?: ((note: string) => void) | undefined
}

/** A file of one of the package's formats. @throws FlashWorldError `package/missing`; SplatsError `splats/bad-argument` */
export async function writeWithSplatTransform(
  gaussians: Gaussians,
  { output, camera, onNote, ...frame }: TransformOptions,
): Promise<Uint8Array> {
  if (gaussians.count === 0)
    throw new SplatsError('splats/bad-argument', `${output}: expected Gaussians, got none`)
  if (output === '.sog' && frame.axes !== transformAxes[output])
    onNote?.(
      `SOG cannot name its axes: readers take them for ${transformAxes[output]} unless they are told ${frame.axes}`,
    )
  const library = await loadPackage(importPackage)
  if (output === '.html') return writeViewer(library, gaussians, { ...frame, camera })
  return writeAs(library, gaussians, { ...frame, filename: `scene${output}` })
}

/**
 * The package's viewer with the scene in it as compressed PLY: its own pages hold SOG, which takes hours to make of
 * a whole scene without a GPU. So it writes the page around a scene of nothing, and that one is exchanged.
 */
async function writeViewer(
  library: typeof Library,
  gaussians: Gaussians,
  { camera, ...frame }: Omit<TransformOptions, 'output' | 'onNote'>,
): Promise<Uint8Array> {
  const viewerSettingsJson = await viewerSettings(camera)
  const nothing = { ...allocateGaussians(1, 0), rotations: Float32Array.of(1, 0, 0, 0) }
  const page = await writeAs(library, nothing, {
    ...frame,
    filename: 'scene.html',
    options: { viewerSettingsJson },
  })
  const scene = await writeAs(library, gaussians, { ...frame, filename: 'scene.compressed.ply' })
  const [before, content, after] = splitAtContent(new TextDecoder().decode(page))
  const contentUrl = `data:application/octet-stream;base64,${Buffer.from(scene).toString('base64')}`
  const exchanged = JSON.stringify({
    ...content,
    contentUrl,
    contentFilename: 'scene.compressed.ply',
  })
  return new TextEncoder().encode(`${before}${exchanged}${after}`)
}

/** The page before, in and after the JSON that tells the viewer what to show. */
function splitAtContent(page: string): [string, object, string] {
  const opening = '<script type="application/json" id="sse-bootstrap">'
  const start = page.indexOf(opening) + opening.length
  const end = page.indexOf('</script>', start)
  const content =
    start < opening.length ? undefined : (JSON.parse(page.slice(start, end)) as object)
  if (!content || !('contentUrl' in content)) {
    throw new FlashWorldError(
      'package/missing',
      'HTML files need @playcanvas/splat-transform 3.7; another version is installed',
    )
  }
  return [page.slice(0, start), content, page.slice(end)]
}

interface FileRequest extends Pick<TransformOptions, 'axes' | 'scale'> {
  readonly filename: string
  readonly options?: Library.Options
}

async function writeAs(
  library: typeof Library,
  gaussians: Gaussians,
  { filename, axes, scale = 1, options = {} }: FileRequest,
): Promise<Uint8Array> {
  const ply = await collect(writePly(gaussians, { axes, scale }))
  const files = { 'scene.ply': ply }
  const written = (await transform(library, { input: 'scene.ply', files, filename, options })).get(
    filename,
  )!
  return filename.endsWith('.ply') ? withAxesComment(written, axes) : written
}

/**
 * The same Gaussians as PLY, from a file that only the package reads.
 * @param beside the images of an unbundled SOG, by their names
 * @throws FlashWorldError `package/missing`, `input/unreadable`
 */
export async function readWithSplatTransform(
  path: string,
  bytes: Uint8Array,
  beside: Readonly<Record<string, Uint8Array>> = {},
): Promise<Uint8Array> {
  const library = await loadPackage(importPackage)
  const input = Object.keys(beside).length > 0 ? 'meta.json' : `scene${extname(path).toLowerCase()}`
  const files = { ...beside, [input]: bytes }
  try {
    return (await transform(library, { input, files, filename: 'scene.ply', options: {} })).get(
      'scene.ply',
    )!
  } catch (cause) {
    throw new FlashWorldError(
      'input/unreadable',
      `cannot read ${path}: ${(cause as Error).message}`,
      { cause },
    )
  }
}

interface Job {
  /** Which of the files is read. */
  readonly input: string
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly filename: string
  readonly options: Library.Options
}

async function transform(
  library: typeof Library,
  { input, files, filename, options }: Job,
): Promise<Map<string, Uint8Array>> {
  const from = new library.MemoryReadFileSystem()
  for (const [name, bytes] of Object.entries(files)) from.set(name, bytes)
  const to = new library.MemoryFileSystem()
  const pool = library.createChunkDataPool()
  try {
    const inputFormat = library.getInputFormat(input)
    const [source] = await library.readFile({ filename: input, inputFormat, fileSystem: from })
    const outputFormat = filename.endsWith('.html')
      ? 'html-bundle'
      : library.getOutputFormat(filename, options)
    await library.writeSource({ filename, outputFormat, source: source!, pool, options }, to)
    await source!.close()
    return to.results
  } finally {
    pool.destroy()
    await library.WorkerQueue.destroy()
  }
}

/** Settings by which the viewer in an HTML file starts at a camera; its world is the cloud's frame. */
async function viewerSettings({
  position: [x, y, z],
  rotation,
  fx,
  fy,
}: Camera): Promise<ExperienceSettings> {
  const { defaultSettings } = await import('@playcanvas/splat-transform/viewer-settings')
  const [dx, dy, dz] = rotateVec(quatToMat3(rotation), [0, 0, -1])
  // the viewer takes it along the longer side of its window
  const fov = (360 / Math.PI) * Math.atan(0.5 / Math.min(fx, fy))
  return {
    ...defaultSettings('object'),
    cameras: [{ initial: { position: [x, y, z], target: [x + dx, y + dy, z + dz], fov } }],
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}
