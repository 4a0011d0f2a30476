/** Where weights come from: ranges of bytes of the files of one folder in the hub's layout. */
import { WeightsError } from './errors.ts'

/** A folder of files read by ranges; the platform supplies it over a disk, HTTP or OPFS. */
export interface WeightSource {
  /** Named in error messages, such as a folder or a repository. */
  readonly name: string
  /** Length of the file in bytes, or undefined when there is none. `path` uses `/`. */
  size(path: string): Promise<number | undefined>
  /** The bytes `[start, end)` of the file. */
  read(path: string, start: number, end: number): Promise<Uint8Array>
}

const jsonBytesCap = 64 * 1024 * 1024

/** A source over files held in memory. */
export function memorySource(
  files: ReadonlyMap<string, Uint8Array>,
  name = 'memory',
): WeightSource {
  return {
    name,
    size: (path) => Promise.resolve(files.get(path)?.byteLength),
    read: (path, start, end) =>
      Promise.resolve(files.get(path)?.subarray(start, end) ?? new Uint8Array(0)),
  }
}

/**
 * Length of a file in bytes.
 * @throws WeightsError `weights/missing-file`
 */
export async function requireSize(source: WeightSource, path: string): Promise<number> {
  const size = await source.size(path)
  if (size === undefined) {
    throw new WeightsError('weights/missing-file', `no file '${path}' in ${source.name}`)
  }
  return size
}

/** A range of bytes of one file. */
export interface ByteRange {
  path: string
  start: number
  end: number
}

/**
 * Reads a range and checks that all of it came.
 * @throws WeightsError `weights/truncated`
 */
export async function readExact(source: WeightSource, range: ByteRange): Promise<Uint8Array> {
  const { path, start, end } = range
  const bytes = await source.read(path, start, end)
  if (bytes.byteLength !== end - start) {
    throw new WeightsError(
      'weights/truncated',
      `${path}: expected ${end - start} bytes at ${start}, got ${bytes.byteLength}`,
    )
  }
  return bytes
}

/**
 * Reads a JSON file whose top is an object.
 * @throws WeightsError `weights/missing-file`, `weights/json`
 */
export async function readJson(
  source: WeightSource,
  path: string,
): Promise<Record<string, unknown>> {
  const value = parseJson(path, await readSmallFile(source, path))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WeightsError('weights/json', `${path}: expected a JSON object`)
  }
  return value as Record<string, unknown>
}

/**
 * Reads a whole file of at most 64 MiB, as JSON files are.
 * @throws WeightsError `weights/missing-file`, `weights/json`
 */
export async function readSmallFile(source: WeightSource, path: string): Promise<Uint8Array> {
  const size = await requireSize(source, path)
  if (size > jsonBytesCap) {
    throw new WeightsError(
      'weights/json',
      `${path}: expected <= ${jsonBytesCap} bytes, got ${size}`,
    )
  }
  return readExact(source, { path, start: 0, end: size })
}

function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new WeightsError('weights/json', `${path}: expected JSON in UTF-8`, { cause })
  }
}
