import type { Camera, ImageSize } from '@flashworld/camera'
import type { Picture } from 'flashworld'
import { streamViews } from 'flashworld'
import { psnr, ssim } from 'flashworld/lab'
import type { SceneFile } from 'flashworld/node'
import type { Command, Given, Session } from '../command.ts'
import { UsageError } from '../command.ts'
import { engineOptions, openBackend } from '../model.ts'
import { orbitAround } from '../orbit-around.ts'
import { parseSize } from '../parse-size.ts'
import { readTrajectoryFile } from '../read-trajectory-file.ts'
import { fromOption, readGivenScene } from '../standard-streams.ts'

const defaultSize: ImageSize = { width: 384, height: 256 }
/** ssim's window is 11 pixels across. */
const sides = { least: 11, most: 9999 }
const orbitCameras = 8

export const compareCommand: Command = {
  name: 'compare',
  summary: 'Tells how alike two scenes look: PSNR and SSIM of their renders',
  positionals: 'A B',
  options: {
    cameras: {
      value: 'FILE',
      summary: 'where to look from, as a camera path (default: 8 cameras around scene A)',
    },
    size: {
      value: 'WxH',
      summary: `pictures' size (default: the path's, else ${defaultSize.width}x${defaultSize.height})`,
    },
    ...fromOption,
    backend: engineOptions.backend!,
    threads: engineOptions.threads!,
  },
  examples: [
    'npx flashworld compare scene.ply scene.spz',
    'npx flashworld compare scene.ply scene.spz --cameras cameras.json --size 704x480',
  ],
  async run(given, session) {
    const [a, b, ...more] = given.positionals
    if (a === undefined || b === undefined || more.length > 0)
      throw new UsageError('compare: expected two files')
    const read = (path: string) => readGivenScene(path, given, session)
    const scenes = [await read(a), await read(b)] as const
    const { cameras, size } = await chooseViews(given, scenes[0])
    const views = await compareViews(given, session, scenes, { cameras, size })
    const mean = {
      psnr: meanPsnr(views.map((view) => view.psnr)),
      ssim: views.reduce((sum, view) => sum + view.ssim, 0) / views.length,
    }
    const files = [a, b].map((file, i) => ({
      file,
      format: scenes[i]!.format,
      count: scenes[i]!.gaussians.count,
    }))
    const words = [
      ...files.map(
        ({ file, format, count }) => `${file}: ${format}, ${count.toLocaleString('en')} Gaussians`,
      ),
      ...views.map((view, i) => `  camera ${i}: ${inWords(view)}`),
      `${size.width} x ${size.height}, ${views.length} cameras: ${inWords(mean)}`,
    ].join('\n')
    // JSON has no infinity, which PSNR is where pictures are equal: it becomes null
    session.output.tell({ type: 'result', files, size, views, mean }, words)
    return 0
  },
}

interface Views {
  readonly cameras: readonly Camera[]
  readonly size: ImageSize
}

interface Likeness {
  readonly psnr: number
  readonly ssim: number
}

async function chooseViews({ values }: Given, scene: SceneFile): Promise<Views> {
  const asked = values.size === undefined ? undefined : parseSize(values.size, sides)
  if (values.cameras === undefined) {
    const size = asked ?? defaultSize
    return { cameras: orbitAround(scene.gaussians, orbitCameras, size), size }
  }
  const path = await readTrajectoryFile(values.cameras)
  return { cameras: path.cameras, size: asked ?? path.cameras[0]!.size }
}

async function compareViews(
  given: Given,
  { output, signal }: Session,
  scenes: readonly SceneFile[],
  { cameras, size }: Views,
): Promise<Likeness[]> {
  const engine = await openBackend(given)
  const total = cameras.length * scenes.length
  const progress = output.progress({ total, unit: 'pictures' })
  try {
    const rows: Picture[][] = []
    for (const [i, { gaussians }] of scenes.entries()) {
      const activity = `rendering ${cameras.length} views of scene ${'AB'[i]} on ${engine.name}`
      const row: Picture[] = []
      for await (const picture of streamViews(engine, gaussians, cameras, { ...size, signal })) {
        row.push(picture)
        progress.show(i * cameras.length + row.length, activity)
      }
      rows.push(row)
    }
    return cameras.map((_, i) => ({
      psnr: psnr(rows[0]![i]!, rows[1]![i]!),
      ssim: ssim(rows[0]![i]!, rows[1]![i]!),
    }))
  } finally {
    progress.end()
    engine.dispose()
  }
}

/** Of all pixels together: from the mean of the squared errors, so that one equal picture is not infinitely much. */
function meanPsnr(values: readonly number[]): number {
  const errors = values.map((value) => 10 ** (-value / 10))
  return -10 * Math.log10(errors.reduce((sum, error) => sum + error, 0) / errors.length)
}

const inWords = (view: Likeness) =>
  `PSNR ${view.psnr === Infinity ? 'infinite (equal)' : `${view.psnr.toFixed(2)} dB`}, SSIM ${view.ssim.toFixed(4)}`
