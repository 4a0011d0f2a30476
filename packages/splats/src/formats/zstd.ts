import { SplatsError } from '../splats-error.ts'

/**
 * Decompresses zstd frames (RFC 8878) to `plainBytes` bytes, at least one. The decoder writes into that much memory and
 * no further, whatever the frames declare, and checks their checksums where they have one.
 * @throws {SplatsError} `splats/bad-data`
 */
export async function decompressZstd(bytes: Uint8Array, plainBytes: number): Promise<Uint8Array> {
  const { ZSTDDecoder } = await import('zstddec')
  const decoder = new ZSTDDecoder()
  await decoder.init()
  const plain = decoder.decode(bytes, plainBytes)
  // it gives back nothing where it fails
  if (plain.length === plainBytes) return plain
  throw new SplatsError(
    'splats/bad-data',
    `decompressZstd: expected zstd frames of ${plainBytes} bytes, got ` +
      (plain.length > 0 ? `${plain.length}` : 'damaged or larger ones'),
  )
}

/** 'Magic_Number' of a zstd frame, little endian. */
const ZSTD_MAGIC = 0xfd2fb528

/** Largest block the format allows. */
const MAX_BLOCK = 1 << 17

/**
 * A zstd frame (RFC 8878) of stored blocks: any decoder reads it, nothing is compressed. It stands
 * in where the platform hands in no compressor.
 */
export function storedFrame(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / MAX_BLOCK))
  const frame = new Uint8Array(4 + 1 + 8 + blocks * 3 + bytes.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, ZSTD_MAGIC, true)
  // Descriptor: content size in 8 bytes (3 << 6), single segment (1 << 5), no checksum.
  view.setUint8(4, (3 << 6) | (1 << 5))
  view.setBigUint64(5, BigInt(bytes.length), true)
  let at = 13
  for (let i = 0; i < blocks; i++) {
    const block = bytes.subarray(i * MAX_BLOCK, (i + 1) * MAX_BLOCK)
    const header = (block.length << 3) | (i === blocks - 1 ? 1 : 0)
    frame.set([header, header >> 8, header >> 16], at)
    frame.set(block, at + 3)
    at += 3 + block.length
  }
  return frame
}
