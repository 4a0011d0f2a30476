import type { Gaussians, ShDegree } from '../../gaussians.ts'
import { allocateGaussians } from '../../gaussians.ts'
import { SplatsError } from '../../splats-error.ts'
import { sigmoid } from '../activations.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import type { Pace } from '../pace.ts'
import { pacer } from '../pace.ts'
import { declaredAntialiased, declaredAxes } from './comments.ts'
import { readPlyHeader } from './header.ts'
import { isPointCloud, readPoints } from './points.ts'
import type { ColumnSpan, PlyTable } from './table.ts'
import { plyTable } from './table.ts'
import type { VertexCloud } from './vertex-cloud.ts'
import { PLY_AXES } from './write.ts'

/** Values of `f_rest_*` per Gaussian for each SH degree. */
const REST_COUNTS = [0, 9, 24, 45]

/** Values of `f_dc_*` in FlashWorld's own files: all of SH degree 2. */
const FLASHWORLD_DC = 27

/**
 * Reads a 3D Gaussian Splatting PLY (binary little endian or ASCII; properties in any order and of
 * any scalar type). The frame is that of the file's `axes` comment, else `options.axes`, else RDF.
 *
 * Read too, with a note: 2D Gaussian Splatting (two scales: flat Gaussians), the published
 * FlashWorld's own files (27 `f_dc`, RUB), and point clouds with colours (small round Gaussians).
 * @throws {SplatsError} `splats/bad-header`, `splats/bad-data`, `splats/truncated`,
 * `splats/unsupported`, `splats/too-large`; the reason of `options.signal`
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { readPly } from '@flashworld/splats'
 *
 * const { gaussians, axes, notes } = await readPly(await readFile('house.ply'))
 * console.log(gaussians.count, axes, ...notes)
 * ```
 */
export async function readPly(bytes: Uint8Array, options: ReadOptions = {}): Promise<SplatFile> {
  const pace = pacer(options.signal)
  const header = readPlyHeader(bytes)
  const table = await plyTable(bytes, header, 'vertex', pace)
  const layout = isPointCloud(table) ? undefined : gaussianLayout(table)
  const found =
    layout === undefined ? await readPoints(table, pace) : await readVertices(table, layout, pace)
  const others = header.elements.filter(({ name }) => name !== 'vertex').map(({ name }) => name)
  const notes = [
    ...found.notes,
    ...leftOut('vertex properties', [...table.properties.keys()].filter(isExtra(found.used))),
    ...leftOut('elements', others),
  ]
  const file = {
    cloud: { ...found.cloud, antialiased: declaredAntialiased(header) },
    declared: declaredAxes(header),
    habitual: layout?.isFlashWorlds ? ('RUB' as const) : PLY_AXES,
    notes,
  }
  return finishRead(file, options, pace)
}

/** Normals are in most files and mean nothing there. */
const NORMALS: readonly string[] = ['nx', 'ny', 'nz']

function isExtra(used: ReadonlySet<string>) {
  return (name: string) => !used.has(name) && !NORMALS.includes(name)
}

function leftOut(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, 8).join(', ').slice(0, 200)
  return [`${what} left out: ${shown}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`]
}

/**
 * Degree from the number of `f_rest_*` properties, which must be numbered without a gap.
 * @throws {SplatsError} `splats/bad-header`
 */
export function restDegree(names: Iterable<string>): ShDegree {
  const rest = new Set([...names].filter((name) => name.startsWith('f_rest_')))
  const degree = REST_COUNTS.indexOf(rest.size)
  const complete = [...rest.keys()].every((_, i) => rest.has(`f_rest_${i}`))
  if (degree < 0 || !complete) {
    throw new SplatsError(
      'splats/bad-header',
      `readPly: expected f_rest_0.. in number 0, 9, 24 or 45, got ${rest.size}`,
    )
  }
  return degree as ShDegree
}

/** Which of the known kinds of splat a file's columns are. */
interface GaussianLayout {
  readonly degree: ShDegree
  /** Three in 3D Gaussian Splatting, two in 2D. */
  readonly scales: 2 | 3
  /** All harmonics in `f_dc`, coefficient by coefficient, as the published FlashWorld writes. */
  readonly isFlashWorlds: boolean
}

function gaussianLayout({ properties }: PlyTable): GaussianLayout {
  const names = [...properties.keys()]
  const degree = restDegree(names)
  const dc = names.filter((name) => /^f_dc_\d+$/.test(name)).length
  const isFlashWorlds = degree === 0 && dc === FLASHWORLD_DC
  const isFlat =
    properties.has('scale_0') && properties.has('scale_1') && !properties.has('scale_2')
  return { degree: isFlashWorlds ? 2 : degree, scales: isFlat ? 2 : 3, isFlashWorlds }
}

/** Rows decoded at once: column after column stays in the cache. */
const BLOCK = 1024

async function readVertices(
  table: PlyTable,
  layout: GaussianLayout,
  pace: Pace,
): Promise<VertexCloud> {
  const cloud = allocateGaussians(table.count, layout.degree)
  const columns = gaussianColumns(cloud, layout).map((column) => {
    const property = table.properties.get(column.name)
    if (property !== undefined) return { ...column, property }
    throw new SplatsError(
      'splats/bad-header',
      `readPly: expected a Gaussian splat, got a vertex without '${column.name}'`,
    )
  })
  for (let start = 0; start < table.count; start += BLOCK) {
    const end = Math.min(start + BLOCK, table.count)
    for (const { property, target, first, stride, map } of columns) {
      table.copyColumn(property, target, { start, end, at: first + start * stride, stride, map })
    }
    await pace()
  }
  const notes: string[] = []
  if (layout.scales === 2) {
    notes.push('flat Gaussians of 2D Gaussian Splatting: the third scale, which it has not, is 0')
  }
  if (layout.isFlashWorlds) {
    notes.push('a file of the published FlashWorld: its 27 f_dc are harmonics of degree 2')
  }
  return { cloud, used: new Set(columns.map(({ name }) => name)), notes }
}

/** Where a property goes. */
interface CloudColumn extends Pick<ColumnSpan, 'stride' | 'map'> {
  readonly name: string
  readonly target: Float32Array
  readonly first: number
}

/** Where each property goes; `f_rest` is channel-major in the file, coefficient-major here. */
function gaussianColumns(gaussians: Gaussians, layout: GaussianLayout): CloudColumn[] {
  const { positions, opacities, scales, rotations, sh } = gaussians
  const coefficients = (gaussians.shDegree + 1) ** 2
  const stride = coefficients * 3
  const harmonics = layout.isFlashWorlds
    ? indexed('f_dc_', stride, (i) => ({ target: sh, first: i, stride }))
    : [
        ...indexed('f_dc_', 3, (i) => ({ target: sh, first: i, stride })),
        ...indexed('f_rest_', stride - 3, (i) => ({
          target: sh,
          first: 3 + (i % (coefficients - 1)) * 3 + Math.floor(i / (coefficients - 1)),
          stride,
        })),
      ]
  return [
    ...['x', 'y', 'z'].map((name, i) => ({ name, target: positions, first: i, stride: 3 })),
    { name: 'opacity', target: opacities, first: 0, stride: 1, map: sigmoid },
    ...indexed('scale_', layout.scales, (i) => ({
      target: scales,
      first: i,
      stride: 3,
      map: Math.exp,
    })),
    ...indexed('rot_', 4, (i) => ({ target: rotations, first: i, stride: 4 })),
    ...harmonics,
  ]
}

function indexed(
  prefix: string,
  length: number,
  column: (i: number) => Omit<CloudColumn, 'name'>,
): CloudColumn[] {
  return Array.from({ length }, (_, i) => ({ name: `${prefix}${i}`, ...column(i) }))
}
