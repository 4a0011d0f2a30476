import { SplatsError } from '../../splats-error.ts'

const MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BINARY_CHUNK = 0x004e4942

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
