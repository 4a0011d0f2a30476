/** What a converted model says of itself: the one file that makes a folder a converted model. */
import { WeightsError } from '../weights/errors.ts'
import { networks, type Network } from '../weights/model-files.ts'

export const manifestPath = 'flashworld.json'

/** Raised when what files hold changes its meaning. */
const format = 1

/**
 * What a model's matrices are stored as. `int8` and `e4m3` are f16 with the large linear layers in 8 bits: turned rows with a
 * scale each (of transformer and text encoder), or the published code's floats with a scale a matrix (of the transformer).
 */
export const storedPrecisions = ['f32', 'f16', 'int8', 'e4m3'] as const

/** What the matrices of a converted model are stored as; norms and biases are always f32. */
export type StoredPrecision = (typeof storedPrecisions)[number]

/** Where the published files were from. */
export interface ConvertedSource {
  /** Of the hub. */
  readonly repository: string
  /** A commit. */
  readonly revision: string
}

export interface ConvertedFile {
  /** Within the folder, with `/`. */
  readonly path: string
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** What a converted model holds and was made of: its `flashworld.json`. */
export interface ConvertedManifest {
  /** What requests and records call the model. */
  readonly name: string
  readonly precision: StoredPrecision
  readonly sources: readonly ConvertedSource[]
  /** Of each network, as `parameterLayout` tells it. */
  readonly layouts: Readonly<Record<Network, string>>
  /** All files but this one. */
  readonly files: readonly ConvertedFile[]
}

export const writeManifest = (manifest: ConvertedManifest): string =>
  `${JSON.stringify({ format, ...manifest }, undefined, 2)}\n`

/**
 * Checks what was read of a `flashworld.json`. Paths stay within the folder.
 * @throws WeightsError `weights/manifest`, `weights/outdated`
 */
export function checkManifest(json: Readonly<Record<string, unknown>>): ConvertedManifest {
  if (json.format !== format) {
    throw new WeightsError(
      'weights/outdated',
      `${manifestPath}: expected format ${format}, got ${String(json.format)}: convert the published files again`,
    )
  }
  const { name, precision, sources, layouts, files } = json
  if (typeof name !== 'string' || !isOneOf(precision)) return refuse('a name and a precision')
  if (!isRecord(layouts)) return refuse('layouts')
  if (!networks.every((network) => matches(layouts[network], /^[0-9a-f]{8}$/)))
    refuse('a layout of each network')
  if (!Array.isArray(sources) || !sources.every(isSource)) return refuse('sources')
  if (!Array.isArray(files) || !files.every(isFile)) return refuse('files within the folder')
  const paths = new Set(files.map(({ path }) => path.toLowerCase()))
  if (paths.size !== files.length) refuse('each file once')
  return {
    name,
    precision,
    sources: sources.map(({ repository, revision }) => ({ repository, revision })),
    layouts: layouts as ConvertedManifest['layouts'],
    files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
  }
}

const isOneOf = (value: unknown): value is StoredPrecision =>
  (storedPrecisions as readonly unknown[]).includes(value)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSource = (value: unknown): value is ConvertedSource =>
  isRecord(value) && typeof value.repository === 'string' && typeof value.revision === 'string'

/** One folder and a plain name in it: nothing that leaves the folder, on any system, can be said so. */
const pathPattern = /^[a-z][a-z_]*\/[a-z][\w-]*(\.[a-z]+)+$/

const isFile = (value: unknown): value is ConvertedFile =>
  isRecord(value) &&
  matches(value.path, pathPattern) &&
  Number.isSafeInteger(value.bytes) &&
  Number(value.bytes) >= 0 &&
  matches(value.sha256, /^[0-9a-f]{64}$/)

const matches = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value)

function refuse(expected: string): never {
  throw new WeightsError('weights/manifest', `${manifestPath}: expected ${expected}`)
}
