import type { Camera } from '@flashworld/camera'
import type { Axes, AxesTarget, Gaussians } from '@flashworld/splats'
import { keepMostImportant, pruneByOpacity, TARGET_AXES, TIERS } from '@flashworld/splats'
import { apparentSizes, measureContributions } from 'flashworld'
import type { SceneFile, SceneOutput } from 'flashworld/node'
import {
  checkNew,
  checkWritable,
  manyForSog,
  saveFile,
  sceneEndings,
  sceneOutput,
} from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { forceOption, oneOf, UsageError } from '../command.ts'
import { engineOptions, openBackend } from '../model.ts'
import { readTrajectoryFile } from '../read-trajectory-file.ts'
import { axesOf } from '../parse-axes.ts'
import type { Progress } from '../progress.ts'
import { sceneName } from '../scene-options.ts'
import {
  dash,
  fromOption,
  outputName,
  readGivenScene,
  toOption,
  writeStandardOutput,
} from '../standard-streams.ts'

const targets = Object.keys(TARGET_AXES) as AxesTarget[]
const tiers = Object.keys(TIERS) as (keyof typeof TIERS)[]

export const convertCommand: Command = {
  name: 'convert',
  summary: `Writes a scene as another format: ${sceneEndings.join(', ')}`,
  positionals: 'IN OUT',
  options: {
    axes: {
      value: 'XYZ',
      summary: "where OUT's axes point, such as rub, rdf: right/left, up/down, front/back",
    },
    target: { value: 'NAME', summary: `the axes that suit a program: ${targets.join(', ')}` },
    'ply-compat': { summary: 'PLY with all 62 columns, for importers that know no other' },
    'spz-version': { value: '3|4', summary: 'SPZ 3, which every viewer reads, or 4 (default 3)' },
    prune: { value: 'OPACITY', summary: 'leave out Gaussians below this opacity, 0 to 1' },
    tier: {
      value: 'SIZE',
      summary: `keep only the most visible Gaussians: ${tiers.join(', ')}`,
      default: 'full',
    },
    cameras: {
      value: 'FILE',
      summary: 'camera path that a tier is chosen for, and where an HTML viewer starts',
    },
    ...fromOption,
    ...toOption(sceneEndings),
    ...forceOption,
    backend: engineOptions.backend!,
    threads: engineOptions.threads!,
  },
  examples: [
    'npx flashworld convert scene.ply scene.spz',
    'npx flashworld convert scene.spz scene.ply --target unity --ply-compat',
    'npx flashworld convert - - --from splat --to spz < scene.splat > scene.spz',
    'npx flashworld convert scene.ply small.html --tier 500k --cameras cameras.json',
  ],
  async run(given, { output, signal }) {
    const [from, to, ...more] = given.positionals
    if (from === undefined || to === undefined || more.length > 0)
      throw new UsageError('convert: expected two files')
    const written: string[] = []
    const name = outputName(to, given.values, sceneEndings)
    const plan = planOutput(name, given, (note) => written.push(note))
    if (to === dash) output.yieldStandardOutput()
    else await checkWritable(to)
    if (to !== dash && !given.switches.has('force')) await checkNew(to)
    const progress = output.progress({ total: null, unit: 'MiB' })
    progress.show(0, `reading ${from}`)
    const input = await readGivenScene(from, given, { signal })
    const cameras =
      given.values.cameras === undefined
        ? undefined
        : (await readTrajectoryFile(given.values.cameras)).cameras
    const gaussians = await reduce(input.gaussians, cameras, given)
    if (plan.format === 'sog' && gaussians.count > manyForSog) {
      const message = `${to}: ${gaussians.count.toLocaleString('en')} Gaussians take long to compress on the CPU, where this runs; with a GPU write a .ply here, and then: npx @playcanvas/splat-transform scene.ply scene.sog`
      output.note(message)
    }
    const content = withProgress(
      plan.write(gaussians, { ...(cameras && { camera: cameras[0]! }) }),
      progress,
      `writing ${to}`,
    )
    const bytes = await (to === dash
      ? writeStandardOutput(content, signal)
      : saveFile(to, content, signal))
    output.tell(
      { type: 'file', path: to, bytes, gaussians: gaussians.count },
      `wrote ${to}: ${describe(gaussians, plan.axes, bytes)}`,
    )
    for (const message of [...notes(input, gaussians), ...written]) output.note(message)
    output.tell({ type: 'done' })
    return 0
  },
}

async function* withProgress(
  content: AsyncIterable<Uint8Array>,
  progress: Progress,
  activity: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of content) {
      yield chunk
      progress.show((bytes += chunk.length) / 2 ** 20, activity)
    }
  } finally {
    progress.end()
  }
}

/** What the output's name and the options ask for. @throws UsageError when they do not go together */
function planOutput(path: string, given: Given, onNote: (note: string) => void): SceneOutput {
  const { values, switches } = given
  const axes = outputAxes(given)
  const version = oneOf('spz-version', values['spz-version'] ?? '3', ['3', '4'])
  const output = sceneOutput(sceneName(path), {
    ...(axes && { axes }),
    compat: switches.has('ply-compat'),
    version: version === '4' ? 4 : 3,
    onNote,
  })
  if (switches.has('ply-compat') && output.format !== 'ply')
    throw new UsageError('--ply-compat: expected a PLY output')
  if (values['spz-version'] !== undefined && output.format !== 'spz')
    throw new UsageError('--spz-version: expected an SPZ output')
  if (output.format === 'html' && axes)
    throw new UsageError('--axes, --target: an HTML file holds its own viewer')
  return output
}

function outputAxes(given: Given): Axes | undefined {
  const { axes, target } = given.values
  if (axes !== undefined && target !== undefined)
    throw new UsageError('--axes, --target: expected one of them')
  return target === undefined
    ? axesOf('axes', given)
    : TARGET_AXES[oneOf('target', target.toLowerCase(), targets)]
}

async function reduce(
  gaussians: Gaussians,
  cameras: readonly Camera[] | undefined,
  given: Given,
): Promise<Gaussians> {
  const { prune, tier } = given.values
  const limit = TIERS[oneOf('tier', tier!.toLowerCase(), tiers)]
  const visible = prune === undefined ? gaussians : pruneByOpacity(gaussians, parseOpacity(prune))
  if (visible.count <= limit) return visible
  return keepMostImportant(
    visible,
    cameras ? await shownTo(cameras, visible, given) : apparentSizes(visible),
    limit,
  )
}

function parseOpacity(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (!(value >= 0 && value <= 1))
    throw new UsageError(`--prune: expected an opacity from 0 to 1, got '${text}'`)
  return value
}

/** Pictures that the share of each Gaussian is measured in. */
const measuringSize = { width: 352, height: 240 }

async function shownTo(
  cameras: readonly Camera[],
  gaussians: Gaussians,
  given: Given,
): Promise<Float32Array> {
  const engine = await openBackend(given)
  try {
    return await measureContributions(engine, gaussians, cameras, measuringSize)
  } finally {
    engine.dispose()
  }
}

const describe = ({ count, shDegree }: Gaussians, axes: Axes, bytes: number) =>
  `${count.toLocaleString('en')} Gaussians, SH degree ${shDegree}, axes ${axes}, ${(bytes / 2 ** 20).toFixed(2)} MiB`

function notes(input: SceneFile, written: Gaussians): string[] {
  const fewer = input.gaussians.count - written.count
  const list: string[] = [...input.notes]
  if (input.dropped > 0)
    list.push(`${input.dropped} Gaussians of the input cannot be drawn and were left out`)
  if (fewer > 0) list.push(`${fewer.toLocaleString('en')} Gaussians were left out as asked`)
  return list
}
