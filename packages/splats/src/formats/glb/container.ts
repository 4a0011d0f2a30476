import { checkBytes } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'

const MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BINARY_CHUNK = 0x004e4942

/** Largest JSON chunk that is read, bytes. */
const MAX_JSON_BYTES = 2 ** 24

/**
 * A GLB up to the first byte of its binary chunk: file header, JSON chunk padded with spaces, and
 * the binary chunk's header. `binaryBytes` must be a multiple of 4.
 * @throws {SplatsError} `splats/too-large` if the file would exceed the format's 4 GiB
 */
export function glbContainer(json: object, binaryBytes: number): Uint8Array {
  const text = JSON.stringify(json)
  const padded = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4))
  const total = 12 + 8 + padded.length + 8 + binaryBytes
  if (total > 0xffffffff) {
    throw new SplatsError(
      'splats/too-large',
      `writeGlb: expected at most 4 GiB, got ${total} bytes`,
    )
  }
  const start = new Uint8Array(20 + padded.length + 8)
  const view = new DataView(start.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, 2, true)
  view.setUint32(8, total, true)
  view.setUint32(12, padded.length, true)
  view.setUint32(16, JSON_CHUNK, true)
  start.set(padded, 20)
  view.setUint32(20 + padded.length, binaryBytes, true)
  view.setUint32(24 + padded.length, BINARY_CHUNK, true)
  return start
}

/** True if the bytes begin as a binary glTF does. */
export function looksLikeGlb(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4)) === 'glTF'
}

/**
 * The document and the binary chunk (empty if there is none) of a GLB.
 * @throws {SplatsError} `splats/bad-header`, `splats/truncated`, `splats/unsupported`,
 * `splats/too-large`
 */
export function parseGlbContainer(bytes: Uint8Array): { json: unknown; binary: Uint8Array } {
  checkBytes('readGlb', 20, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) fail('the mark glTF', 'another')
  const version = view.getUint32(4, true)
  if (version !== 2) {
    throw new SplatsError('splats/unsupported', `readGlb: expected version 2, got ${version}`)
  }
  const jsonBytes = view.getUint32(12, true)
  if (view.getUint32(16, true) !== JSON_CHUNK) fail('a JSON chunk first', 'another')
  if (jsonBytes > MAX_JSON_BYTES) {
    throw new SplatsError(
      'splats/too-large',
      `readGlb: expected at most ${MAX_JSON_BYTES} bytes of JSON, got ${jsonBytes}`,
    )
  }
  const start = 20 + jsonBytes
  checkBytes('readGlb', start, bytes.length)
  const json = parseJson(bytes.subarray(20, start))
  if (bytes.length < start + 8) return { json, binary: new Uint8Array(0) }
  const binaryBytes = view.getUint32(start, true)
  if (view.getUint32(start + 4, true) !== BINARY_CHUNK) fail('a binary chunk second', 'another')
  checkBytes('readGlb', start + 8 + binaryBytes, bytes.length)
  return { json, binary: bytes.subarray(start + 8, start + 8 + binaryBytes) }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    return fail('JSON', (error as Error).message.slice(0, 200))
  }
}

function fail(expected: string, got: string): never {
  throw new SplatsError('splats/bad-header', `readGlb: expected ${expected}, got ${got}`)
}
