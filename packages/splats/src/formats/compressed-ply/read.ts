import type { Gaussians } from '../../gaussians.ts'
import { allocateGaussians, shCoefficients } from '../../gaussians.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { SplatsError } from '../../splats-error.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import type { Pace } from '../pace.ts'
import { pacer } from '../pace.ts'
import { declaredAntialiased, declaredAxes } from '../ply/comments.ts'
import type { PlyHeader } from '../ply/header.ts'
import { readPlyHeader } from '../ply/header.ts'
import { restDegree } from '../ply/read.ts'
import type { PlyTable } from '../ply/table.ts'
import { plyTable } from '../ply/table.ts'
import { PLY_AXES } from '../ply/write.ts'

/** Gaussians that share one row of bounds. */
const CHUNK = 256

const VERTEX = ['packed_position', 'packed_rotation', 'packed_scale', 'packed_color'] as const

/** True for a PLY whose vertices are packed against chunks of bounds. */
export function isCompressedPly(header: PlyHeader): boolean {
  const vertex = header.elements.find(({ name }) => name === 'vertex')
  return vertex?.properties.some(({ name }) => name === 'packed_position') ?? false
}

/**
 * Reads PlayCanvas' compressed PLY: chunks of 256 Gaussians with bounds of positions, log scales
 * and (in later files) colours, four 32-bit words a Gaussian, and 8-bit spherical harmonics.
 * The frame is that of the file's `axes` comment, else `options.axes`, else RDF.
 * @throws {SplatsError} `splats/bad-header`, `splats/bad-data`, `splats/truncated`,
 * `splats/unsupported`, `splats/too-large`; the reason of `options.signal`
 * @example
 * ```ts shown
 * import { readFile } from 'node:fs/promises'
 * import { readCompressedPly } from '@flashworld/splats'
 *
 * const { gaussians } = await readCompressedPly(await readFile('house.compressed.ply'))
 * ```
 */
export async function readCompressedPly(
  bytes: Uint8Array,
  options: ReadOptions = {},
): Promise<SplatFile> {
  const pace = pacer(options.signal)
  const header = readPlyHeader(bytes)
  const vertices = await plyTable(bytes, header, 'vertex', pace)
  const bounds = await plyTable(bytes, header, 'chunk', pace)
  if (bounds.count < Math.ceil(vertices.count / CHUNK)) {
    throw new SplatsError(
      'splats/bad-header',
      `readCompressedPly: expected a chunk per ${CHUNK} of ${vertices.count}, got ${bounds.count}`,
    )
  }
  const rest = header.elements.some(({ name }) => name === 'sh')
    ? await plyTable(bytes, header, 'sh', pace)
    : undefined
  const gaussians = allocateGaussians(vertices.count, restDegree(rest?.properties.keys() ?? []))
  await unpackVertices({ vertices, bounds, pace }, gaussians)
  if (rest !== undefined) await unpackRest(rest, gaussians, pace)
  const cloud = { ...gaussians, antialiased: declaredAntialiased(header) }
  return finishRead({ cloud, declared: declaredAxes(header), habitual: PLY_AXES }, options, pace)
}

/** Reader of rows `start` to `end` of a column as doubles; undefined if the file has none. */
type ColumnReader = (start: number, end: number) => Float64Array

function columnReader(table: PlyTable, name: string): ColumnReader | undefined {
  const property = table.properties.get(name)
  if (property === undefined) return undefined
  return (start, end) => {
    const values = new Float64Array(end - start)
    table.copyColumn(property, values, { start, end, at: 0, stride: 1 })
    return values
  }
}

function required(table: PlyTable, name: string): ColumnReader {
  const reader = columnReader(table, name)
  if (reader !== undefined) return reader
  throw new SplatsError('splats/bad-header', `readCompressedPly: expected '${name}', got none`)
}

/** Lower and upper bounds of one value, an entry a chunk. */
interface Range {
  readonly min: Float64Array
  readonly max: Float64Array
}

function ranges(bounds: PlyTable, names: readonly string[]): Range[] {
  return names.map((name) => ({
    min: required(bounds, `min_${name}`)(0, bounds.count),
    max: required(bounds, `max_${name}`)(0, bounds.count),
  }))
}

function between({ min, max }: Range, chunk: number, t: number): number {
  return min[chunk]! * (1 - t) + max[chunk]! * t
}

async function unpackVertices(
  { vertices, bounds, pace }: { vertices: PlyTable; bounds: PlyTable; pace: Pace },
  gaussians: Gaussians,
): Promise<void> {
  const readers = VERTEX.map((name) => required(vertices, name))
  const hasColors = bounds.properties.has('min_r')
  const unpack = chunkUnpacker(gaussians, {
    position: ranges(bounds, ['x', 'y', 'z']),
    scale: ranges(bounds, ['scale_x', 'scale_y', 'scale_z']),
    color: hasColors ? ranges(bounds, ['r', 'g', 'b']) : undefined,
  })
  for (let start = 0; start < vertices.count; start += CHUNK) {
    const end = Math.min(start + CHUNK, vertices.count)
    unpack(start, readers.map((read) => read(start, end)) as Words)
    await pace()
  }
}

/** The packed words of a chunk: positions, rotations, scales, colours. */
type Words = [Float64Array, Float64Array, Float64Array, Float64Array]

function chunkUnpacker(
  { positions, opacities, scales, rotations, sh, shDegree }: Gaussians,
  range: { position: Range[]; scale: Range[]; color: Range[] | undefined },
): (start: number, words: Words) => void {
  const stride = 3 * shCoefficients(shDegree)
  return (start, [packedPosition, packedRotation, packedScale, packedColor]) => {
    const chunk = start / CHUNK
    for (let k = 0; k < packedPosition.length; k++) {
      const i = start + k
      for (let j = 0; j < 3; j++) {
        positions[i * 3 + j] = between(range.position[j]!, chunk, fraction(packedPosition[k]!, j))
        scales[i * 3 + j] = Math.exp(between(range.scale[j]!, chunk, fraction(packedScale[k]!, j)))
        const shade = ((packedColor[k]! >>> (24 - 8 * j)) & 255) / 255
        const color = range.color === undefined ? shade : between(range.color[j]!, chunk, shade)
        sh[i * stride + j] = (color - 0.5) / SH_C0
      }
      opacities[i] = (packedColor[k]! & 255) / 255
      unpackRotation(packedRotation[k]!, rotations, i * 4)
    }
  }
}

/** Value j of three packed in 11, 10 and 11 bits from the top, as 0..1. */
function fraction(word: number, j: number): number {
  if (j === 0) return (word >>> 21) / 2047
  return j === 1 ? ((word >>> 11) & 1023) / 1023 : (word & 2047) / 2047
}

/** Two bits for the place of the largest of w, x, y, z; the others in 10 bits each. */
function unpackRotation(word: number, rotations: Float32Array, q: number): void {
  const largest = word >>> 30
  let rest = 1
  for (let j = 3, bits = word; j >= 0; j--) {
    if (j === largest) continue
    const value = ((bits & 1023) / 1023 - 0.5) * Math.SQRT2
    rotations[q + j] = value
    rest -= value * value
    bits >>>= 10
  }
  rotations[q + largest] = Math.sqrt(Math.max(0, rest))
}

/** Spherical harmonics in bytes over -4..4, channel-major; 0 and 255 stand for the very ends. */
async function unpackRest(
  rest: PlyTable,
  { count, sh, shDegree }: Gaussians,
  pace: Pace,
): Promise<void> {
  if (rest.count < count) {
    throw new SplatsError(
      'splats/bad-header',
      `readCompressedPly: expected ${count} rows of 'sh', got ${rest.count}`,
    )
  }
  const coefficients = shCoefficients(shDegree)
  const map = (byte: number) => (byte === 0 ? -4 : byte === 255 ? 4 : (byte + 0.5) / 32 - 4)
  const stride = coefficients * 3
  for (let start = 0; start < count; start += CHUNK) {
    const end = Math.min(start + CHUNK, count)
    for (let k = 0; k < 3 * (coefficients - 1); k++) {
      const channel = Math.floor(k / (coefficients - 1))
      const at = start * stride + 3 + (k % (coefficients - 1)) * 3 + channel
      const property = rest.properties.get(`f_rest_${k}`)!
      rest.copyColumn(property, sh, { start, end, at, stride, map })
    }
    await pace()
  }
}
