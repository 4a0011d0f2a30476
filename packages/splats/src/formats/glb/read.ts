import type { Gaussians, ShDegree } from '../../gaussians.ts'
import {
  allocateGaussians,
  concatGaussians,
  shCoefficients,
  withShDegree,
} from '../../gaussians.ts'
import { checkCount } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'
import { transformGaussians } from '../../transform.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import type { Pace } from '../pace.ts'
import { pacer } from '../pace.ts'
import { readSpz } from '../spz/read.ts'
import type { Accessor, Asset } from './accessor.ts'
import { copyAccessor, openAccessor, viewBytes } from './accessor.ts'
import { parseGlbContainer } from './container.ts'
import type { Fields, PlacedPrimitive } from './document.ts'
import { fieldsOf, placedPrimitives } from './document.ts'
import { coefficientName, EXTENSION, GLB_AXES, splatting } from './names.ts'
import { nodesTransform } from './node-transform.ts'

/** Extensions (drafts) whose primitive holds an SPZ file. */
const SPZ_EXTENSIONS = [
  'KHR_gaussian_splatting_compression_spz_2',
  'KHR_gaussian_splatting_compression_spz',
]

const COLOR_SPACE = 'srgb_rec709_display'

/**
 * Reads the Gaussians of a binary glTF: primitives with KHR_gaussian_splatting, float or quantised,
 * or as SPZ within it, each where its nodes put it. The frame is `options.axes`, else glTF's, which
 * we take for RUB.
 * @throws {SplatsError} `splats/bad-header`, `splats/bad-data`, `splats/truncated`,
 * `splats/unsupported`, `splats/too-large`; the reason of `options.signal`
 * @example
 * ```ts
 * import { readGlb, writeGlb } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const house = await readScene('house.spz')
 * const file = new Blob((await Array.fromAsync(writeGlb(house.gaussians))) as BlobPart[])
 * const { gaussians } = await readGlb(new Uint8Array(await file.arrayBuffer()))
 * ```
 */
export async function readGlb(bytes: Uint8Array, options: ReadOptions = {}): Promise<SplatFile> {
  const pace = pacer(options.signal)
  const { json, binary } = parseGlbContainer(bytes)
  const asset = { document: fieldsOf(json), binary }
  const { primitives, others } = placedPrimitives(asset.document)
  if (primitives.length === 0) {
    throw new SplatsError(
      'splats/unsupported',
      `readGlb: expected a primitive with ${EXTENSION}, got none`,
    )
  }
  const notes = new Set<string>()
  if (others > 0) notes.add(`primitives that are not Gaussians left out: ${others}`)
  const clouds: Gaussians[] = []
  let dropped = 0
  for (const placed of primitives) {
    for (const note of primitiveNotes(placed)) notes.add(note)
    const found = await readPrimitive(asset, placed, { signal: options.signal }, pace)
    found.notes.forEach((note) => notes.add(note))
    dropped += found.dropped
    clouds.push(transformGaussians(found.cloud, nodesTransform(placed.nodes), found.cloud))
    checkCount(
      'readGlb',
      clouds.reduce((sum, { count }) => sum + count, 0),
    )
  }
  const file = { cloud: joined(clouds), habitual: GLB_AXES, notes: [...notes] }
  const read = await finishRead(file, options, pace)
  return { ...read, dropped: read.dropped + dropped }
}

/** One cloud, of the highest degree among them. */
function joined(clouds: readonly Gaussians[]): Gaussians {
  if (clouds.length === 1) return clouds[0]!
  const degree = Math.max(...clouds.map(({ shDegree }) => shDegree)) as ShDegree
  return concatGaussians(clouds.map((cloud) => withShDegree(cloud, degree)))
}

function primitiveNotes({ splatting: fields }: PlacedPrimitive): string[] {
  const notes: string[] = []
  const kernel = fields.kernel ?? 'ellipse'
  if (kernel !== 'ellipse') {
    throw new SplatsError(
      'splats/unsupported',
      `readGlb: expected the kernel 'ellipse', got '${String(kernel).slice(0, 40)}'`,
    )
  }
  for (const [name, usual] of [
    ['colorSpace', COLOR_SPACE],
    ['projection', 'perspective'],
    ['sortingMethod', 'cameraDistance'],
  ] as const) {
    const value = fields[name] ?? usual
    if (value !== usual) {
      notes.push(`${name} '${String(value).slice(0, 40)}' was passed over: we know ${usual} only`)
    }
  }
  return notes
}

interface PrimitiveCloud {
  readonly cloud: Gaussians
  readonly notes: readonly string[]
  readonly dropped: number
}

async function readPrimitive(
  asset: Asset,
  { primitive, splatting: fields }: PlacedPrimitive,
  options: ReadOptions,
  pace: Pace,
): Promise<PrimitiveCloud> {
  const extensions = fieldsOf(fields.extensions)
  const spz = SPZ_EXTENSIONS.find((name) => extensions[name] !== undefined)
  if (spz !== undefined) {
    const bytes = viewBytes(asset, fieldsOf(extensions[spz]).bufferView)
    const { gaussians, notes, dropped } = await readSpz(bytes, options)
    return { cloud: gaussians, notes, dropped }
  }
  const antialiased = fieldsOf(primitive.extras).antialiased === true
  const { cloud, notes } = await readAttributes(asset, fieldsOf(primitive.attributes), pace)
  return { cloud: { ...cloud, antialiased }, notes, dropped: 0 }
}

async function readAttributes(
  asset: Asset,
  attributes: Fields,
  pace: Pace,
): Promise<{ cloud: Gaussians; notes: string[] }> {
  const open = (name: string, width: number) => openAttribute(asset, attributes, { name, width })
  const positions = open('POSITION', 3)
  const { count } = positions
  const degree = completeDegree(attributes)
  const cloud = allocateGaussians(count, degree)
  const copy = (
    accessor: Accessor,
    target: Float32Array,
    columns: readonly number[],
    place = { first: 0, stride: columns.length },
  ) => copyAccessor(sameCount(accessor, count), target, { ...place, columns }, pace)
  await copy(positions, cloud.positions, [0, 1, 2])
  await copy(open(splatting('SCALE'), 3), cloud.scales, [0, 1, 2])
  // x, y, z, w in the file, w first here
  await copy(open(splatting('ROTATION'), 4), cloud.rotations, [1, 2, 3, 0])
  await copy(open(splatting('OPACITY'), 1), cloud.opacities, [0])
  const stride = 3 * shCoefficients(degree)
  for (let k = 0; k < shCoefficients(degree); k++) {
    await copy(open(coefficientName(k), 3), cloud.sh, [0, 1, 2], { first: k * 3, stride })
  }
  return { cloud, notes: attributeNotes(attributes, degree) }
}

function openAttribute(
  asset: Asset,
  attributes: Fields,
  { name, width }: { name: string; width: number },
): Accessor {
  if (attributes[name] === undefined) {
    throw new SplatsError('splats/bad-data', `readGlb: expected the attribute ${name}, got none`)
  }
  const accessor = openAccessor(asset, attributes[name])
  if (accessor.width === width) return accessor
  throw new SplatsError(
    'splats/bad-data',
    `readGlb: expected ${name} of ${width} values, got ${accessor.width}`,
  )
}

function sameCount(accessor: Accessor, count: number): Accessor {
  if (accessor.count === count) return accessor
  throw new SplatsError(
    'splats/bad-data',
    `readGlb: expected ${count} values of each attribute, got ${accessor.count}`,
  )
}

/** The highest degree up to which all coefficients are there. */
function completeDegree(attributes: Fields): ShDegree {
  const isThere = (k: number) => attributes[coefficientName(k)] !== undefined
  const degrees = ([3, 2, 1] as const).filter((degree) =>
    Array.from({ length: shCoefficients(degree) }, (_, k) => k).every(isThere),
  )
  return degrees[0] ?? 0
}

function attributeNotes(attributes: Fields, degree: ShDegree): string[] {
  const known = new Set([
    ...['POSITION', 'COLOR_0', ...['SCALE', 'ROTATION', 'OPACITY'].map(splatting)],
    ...Array.from({ length: shCoefficients(degree) }, (_, k) => coefficientName(k)),
  ])
  const extra = Object.keys(attributes).filter((name) => !known.has(name))
  if (extra.length === 0) return []
  return [`attributes left out: ${extra.slice(0, 8).join(', ').slice(0, 300)}`]
}
