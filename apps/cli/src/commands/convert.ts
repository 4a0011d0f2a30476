import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import type { Camera } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import type { AnyWriteOptions, Axes, AxesTarget, Gaussians, SplatFormat } from '@flashworld/splats'
import {
  FORMATS,
  formatByName,
  keepMostImportant,
  parseAxes,
  pruneByOpacity,
  TARGET_AXES,
  TIERS,
} from '@flashworld/splats'
import { measureContributions } from 'flashworld'
import type { Command, Given } from '../command.ts'
import { oneOf, UsageError } from '../command.ts'
import { engineOptions, openBackend } from '../model.ts'
import type { SceneFile } from '../read-scene.ts'
import { readScene } from '../read-scene.ts'
import { readTrajectoryFile } from '../read-trajectory-file.ts'
import { checkWritable, saveFile } from '../save.ts'
import type { TransformOutput } from '../splat-transform.ts'
import {
  manyForSog,
  transformAxes,
  transformOutputs,
  writeWithSplatTransform,
} from '../splat-transform.ts'

const targets = Object.keys(TARGET_AXES) as AxesTarget[]
const tiers = Object.keys(TIERS) as (keyof typeof TIERS)[]
const ownOutputs = FORMATS.filter((format) => format.write)
const outputs = [...ownOutputs.flatMap((format) => format.extensions), ...transformOutputs]

export const convertCommand: Command = {
  name: 'convert',
  summary: `Writes a scene as another format: ${outputs.join(', ')}`,
  positionals: 'IN OUT',
  options: {
    axes: {
      value: 'XYZ',
      summary: "where OUT's axes point, such as rub, rdf: right/left, up/down, front/back",
    },
    target: { value: 'NAME', summary: `the axes that suit a program: ${targets.join(', ')}` },
    'from-axes': {
      value: 'XYZ',
      summary: "IN's axes, where the file does not name them (default: its format's habit)",
    },
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
    backend: engineOptions.backend!,
    threads: engineOptions.threads!,
  },
  examples: [
    'npx flashworld convert scene.ply scene.spz',
    'npx flashworld convert scene.spz scene.ply --target unity --ply-compat',
    'npx flashworld convert scene.ply small.html --tier 500k --cameras cameras.json',
  ],
  async run(given, { output }) {
    const [from, to, ...more] = given.positionals
    if (from === undefined || to === undefined || more.length > 0)
      throw new UsageError('convert: expected two files')
    const plan = planOutput(to, given)
    await checkWritable(to)
    const input = await readScene(from, axesOf('from-axes', given))
    const cameras =
      given.values.cameras === undefined
        ? undefined
        : (await readTrajectoryFile(given.values.cameras)).cameras
    const gaussians = await reduce(input.gaussians, cameras, given)
    if (plan.format === '.sog' && gaussians.count > manyForSog) {
      console.error(
        `${to}: ${gaussians.count.toLocaleString('en')} Gaussians take long to compress on the CPU, where this runs;`,
      )
      console.error(
        'with a GPU write a .ply here, and then: npx @playcanvas/splat-transform scene.ply scene.sog',
      )
    }
    const bytes = await saveFile(to, await plan.write(gaussians, cameras?.[0] ?? firstCamera))
    output.tell(
      { type: 'done', path: to, bytes, gaussians: gaussians.count, axes: plan.axes },
      `wrote ${to}: ${describe(gaussians, plan.axes, bytes)}`,
    )
    for (const message of notes(input, gaussians, plan))
      output.tell({ type: 'note', message }, message)
    return 0
  },
}

interface Plan {
  readonly format: string
  readonly axes: Axes
  readonly write: (
    gaussians: Gaussians,
    camera: Camera,
  ) => AsyncIterable<Uint8Array> | Promise<Uint8Array>
}

/** Where our scenes are seen from first: the origin, looking along -z. */
const firstCamera: Camera = {
  rotation: [1, 0, 0, 0],
  position: [0, 0, 0],
  ...lensFromFov({ width: 16, height: 9 }),
}

/** What the output's name and the options ask for. @throws UsageError when they do not go together */
function planOutput(path: string, given: Given): Plan {
  const extension = transformOutputs.find((end) => path.toLowerCase().endsWith(end))
  const format = extension ?? ownFormat(path).name
  if (given.switches.has('ply-compat') && format !== 'ply')
    throw new UsageError('--ply-compat: expected a PLY output')
  if (given.values['spz-version'] !== undefined && format !== 'spz')
    throw new UsageError('--spz-version: expected an SPZ output')
  const asked = outputAxes(given)
  return extension ? transformPlan(extension, asked) : ownPlan(ownFormat(path), asked, given)
}

function ownFormat(path: string): SplatFormat {
  const known = outputs.some((end) => path.toLowerCase().endsWith(end))
  if (!known) throw new UsageError(`${path}: expected a name that ends in ${outputs.join(', ')}`)
  return formatByName(path)
}

function ownPlan(format: SplatFormat, asked: Axes | undefined, { values, switches }: Given): Plan {
  const axes = asked ?? format.axes
  const version = oneOf('spz-version', values['spz-version'] ?? '3', ['3', '4'])
  const options: AnyWriteOptions = {
    axes,
    compat: switches.has('ply-compat'),
    version: version === '4' ? 4 : 3,
    zstd: promisify(zstdCompress),
  }
  return { format: format.name, axes, write: (gaussians) => format.write!(gaussians, options) }
}

function transformPlan(output: TransformOutput, asked: Axes | undefined): Plan {
  if (output === '.html' && asked)
    throw new UsageError('--axes, --target: an HTML file holds its own viewer')
  const axes = asked ?? transformAxes[output]
  const write = (gaussians: Gaussians, camera: Camera) =>
    writeWithSplatTransform(gaussians, { output, axes, camera })
  return { format: output, axes, write }
}

function outputAxes(given: Given): Axes | undefined {
  const { axes, target } = given.values
  if (axes !== undefined && target !== undefined)
    throw new UsageError('--axes, --target: expected one of them')
  return target === undefined
    ? axesOf('axes', given)
    : TARGET_AXES[oneOf('target', target.toLowerCase(), targets)]
}

function axesOf(option: 'axes' | 'from-axes', { values }: Given): Axes | undefined {
  const text = values[option]
  if (text === undefined) return undefined
  try {
    return parseAxes(text)
  } catch (cause) {
    throw new UsageError(`--${option}: ${(cause as Error).message}`, { cause })
  }
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

/** How much each Gaussian may cover, wherever it is seen from: its opacity times its two longer axes. */
function apparentSizes({ count, opacities, scales }: Gaussians): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const [a, b, c] = [scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!]
    return opacities[i]! * Math.max(a * b, b * c, c * a)
  })
}

const describe = ({ count, shDegree }: Gaussians, axes: Axes, bytes: number) =>
  `${count.toLocaleString('en')} Gaussians, SH degree ${shDegree}, axes ${axes}, ${(bytes / 2 ** 20).toFixed(2)} MiB`

function notes(input: SceneFile, written: Gaussians, { format }: Plan): string[] {
  const fewer = input.gaussians.count - written.count
  const list: string[] = []
  if (input.dropped > 0)
    list.push(`${input.dropped} Gaussians of the input cannot be drawn and were left out`)
  if (fewer > 0) list.push(`${fewer.toLocaleString('en')} Gaussians were left out as asked`)
  if (format === 'splat' && written.shDegree > 0)
    list.push('.splat has no place for view-dependent colour')
  return list
}
