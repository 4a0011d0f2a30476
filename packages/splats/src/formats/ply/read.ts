import { isAxes } from '../../axes.ts'
import type { Gaussians, ShDegree } from '../../gaussians.ts'
import { allocateGaussians } from '../../gaussians.ts'
import { SplatsError } from '../../splats-error.ts'
import { sigmoid } from '../activations.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import type { PlyHeader } from './header.ts'
import { readPlyHeader } from './header.ts'
import type { PlyTable } from './table.ts'
import { plyTable } from './table.ts'
import { PLY_AXES } from './write.ts'

/** Values of `f_rest_*` per Gaussian for each SH degree. */
const REST_COUNTS = [0, 9, 24, 45]

/**
 * Reads a 3D Gaussian Splatting PLY (binary little endian or ASCII; properties in any order and of
 * any scalar type). The frame is that of the file's `axes` comment, else `options.axes`, else RDF.
 *
 * @throws {SplatsError} `splats/bad-header`, `splats/bad-data`, `splats/truncated`,
 * `splats/unsupported`, `splats/too-large`
 */
export function readPly(bytes: Uint8Array, options: ReadOptions = {}): SplatFile {
  const header = readPlyHeader(bytes)
  const axes = declaredAxes(header) ?? options.axes ?? PLY_AXES
  return finishRead(readVertices(plyTable(bytes, header, 'vertex')), axes)
}

/** The frame named by a comment `axes: XYZ`. */
export function declaredAxes(header: PlyHeader) {
  return header.comments.map((comment) => /^axes:?\s+(\w+)/i.exec(comment)?.[1] ?? '').find(isAxes)
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

/** Rows decoded at once: column after column stays in the cache. */
const BLOCK = 1024

function readVertices(table: PlyTable): Gaussians {
  const degree = restDegree(table.properties.keys())
  const gaussians = allocateGaussians(table.count, degree)
  const columns = gaussianColumns(gaussians).map((column) => {
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
  }
  return gaussians
}

interface GaussianColumn {
  readonly name: string
  readonly target: Float32Array
  readonly first: number
  readonly stride: number
  readonly map?: (value: number) => number
}

/** Where each property goes; `f_rest` is channel-major in the file, coefficient-major here. */
function gaussianColumns(gaussians: Gaussians): GaussianColumn[] {
  const { positions, opacities, scales, rotations, sh } = gaussians
  const coefficients = (gaussians.shDegree + 1) ** 2
  const stride = coefficients * 3
  const rest = Array.from({ length: stride - 3 }, (_, i) => ({
    name: `f_rest_${i}`,
    target: sh,
    first: 3 + (i % (coefficients - 1)) * 3 + Math.floor(i / (coefficients - 1)),
    stride,
  }))
  return [
    ...['x', 'y', 'z'].map((name, i) => ({ name, target: positions, first: i, stride: 3 })),
    { name: 'opacity', target: opacities, first: 0, stride: 1, map: sigmoid },
    ...indexed('scale_', 3, (i) => ({ target: scales, first: i, stride: 3, map: Math.exp })),
    ...indexed('rot_', 4, (i) => ({ target: rotations, first: i, stride: 4 })),
    ...indexed('f_dc_', 3, (i) => ({ target: sh, first: i, stride })),
    ...rest,
  ]
}

function indexed(
  prefix: string,
  length: number,
  column: (i: number) => Omit<GaussianColumn, 'name'>,
): GaussianColumn[] {
  return Array.from({ length }, (_, i) => ({ name: `${prefix}${i}`, ...column(i) }))
}
