import { stat } from 'node:fs/promises'
import type { Gaussians } from '@flashworld/splats'
import { gaussianBounds } from '@flashworld/splats'
import { isSogIndex } from 'flashworld/node'
import type { Command, Given, Session } from '../command.ts'
import { UsageError } from '../command.ts'
import { looksLikeTrajectory, readTrajectoryFile } from '../read-trajectory-file.ts'
import { fromOption, readGivenScene, readNamed } from '../standard-streams.ts'

export const infoCommand: Command = {
  name: 'info',
  summary: 'Tells what a scene file or a camera path holds',
  positionals: 'FILE',
  options: { ...fromOption },
  examples: ['npx flashworld info scene.spz', 'npx flashworld info cameras.json --json'],
  async run(given, session) {
    const { positionals } = given
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw new UsageError('info: expected one file')
    const info =
      (await looksLikeTrajectory(path)) && !(await holdsGaussians(path))
        ? await trajectoryInfo(path)
        : await sceneInfo(path, given, session)
    session.output.tell({ type: 'result', ...info }, inWords(info))
    return 0
  },
}

/** True for scenes whose names are also those of camera paths: unbundled SOG, GLB. */
async function holdsGaussians(path: string): Promise<boolean> {
  if (path.toLowerCase().endsWith('.glb'))
    return Buffer.from(await readNamed(path)).includes('KHR_gaussian_splatting')
  return isSogIndex(path)
}

async function sceneInfo(path: string, given: Given, session: Session) {
  const scene = await readGivenScene(path, given, session)
  const { gaussians, dropped, axes, format, version, bytes, notes } = scene
  return {
    file: path,
    bytes,
    kind: 'scene' as const,
    format,
    version: version ?? null,
    count: gaussians.count,
    /** Gaussians in the file that no viewer can draw. */
    invalid: dropped,
    shDegree: gaussians.shDegree,
    antialiased: gaussians.antialiased ?? false,
    /** The file's own; all numbers below are in x right, y up, z back. */
    axes,
    bounds: gaussianBounds(gaussians) ?? null,
    opacity: spread(gaussians.opacities),
    scale: spread(gaussians.scales),
    /** What was left out or assumed on reading. */
    notes,
  }
}

async function trajectoryInfo(path: string) {
  const { kind, cameras, times, notes } = await readTrajectoryFile(path)
  const sizes = new Map(cameras.map(({ size }) => [`${size.width} x ${size.height}`, size]))
  return {
    file: path,
    bytes: (await stat(path)).size,
    kind,
    cameras: cameras.length,
    /** Of the pictures; one where they are all of one. */
    sizes: [...sizes.values()],
    /** From the first camera to the last; null where the file has no times. */
    seconds: times ? times.at(-1)! - times[0]! : null,
    notes,
  }
}

type Info = Awaited<ReturnType<typeof sceneInfo>> | Awaited<ReturnType<typeof trajectoryInfo>>

/** Smallest, median and largest value; null of nothing. */
function spread(values: Gaussians['opacities']) {
  if (values.length === 0) return null
  const sorted = values.slice().sort()
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! }
}

function inWords(info: Info): string {
  if (info.kind !== 'scene') {
    const { file, kind, cameras, sizes, seconds, notes } = info
    const pictures = sizes.map(({ width, height }) => `${width} x ${height}`)
    const many = pictures.length > 3 ? [...pictures.slice(0, 3), '...'] : pictures
    const head = [
      `${kind}, ${cameras} ${cameras === 1 ? 'camera' : 'cameras'}`,
      `pictures of ${many.join(', ')}`,
      ...(seconds === null ? [] : [`${Number(seconds.toPrecision(4))} s`]),
    ]
    return [`${file}: ${head.join(', ')}`, ...notes.map((note) => `  ${note}`)].join('\n')
  }
  const { notes, antialiased } = info
  const { format, version, count, invalid, shDegree, axes, bounds, opacity, scale, bytes } = info
  const shown = (value: number) => Number(value.toPrecision(4))
  const range = (s: typeof opacity) =>
    s ? `${shown(s.min)} to ${shown(s.max)}, median ${shown(s.median)}` : 'none'
  const corner = (values: readonly number[]) => `(${values.map(shown).join(', ')})`
  return [
    `${info.file}: ${format}${version ? ` ${version}` : ''}, ${(bytes / 2 ** 20).toFixed(2)} MiB`,
    `  Gaussians  ${count.toLocaleString('en')}${invalid > 0 ? ` (and ${invalid} that cannot be drawn)` : ''}`,
    `  colour     spherical harmonics of degree ${shDegree}${antialiased ? ', antialiased' : ''}`,
    `  axes       ${axes} in the file; below x right, y up, z back`,
    `  bounds     ${bounds ? `${corner(bounds.min)} to ${corner(bounds.max)}` : 'none'}`,
    `  opacity    ${range(opacity)}`,
    `  scale      ${range(scale)}`,
    ...notes.map((note) => `  note       ${note}`),
  ].join('\n')
}
