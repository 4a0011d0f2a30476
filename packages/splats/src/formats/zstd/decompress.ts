import { corrupt } from './bit-reader.ts'
import type { HuffmanTable } from './huffman.ts'
import { MAX_BLOCK, readLiterals } from './literals.ts'
import type { SequenceTables } from './sequences.ts'
import { readSequences } from './sequences.ts'
import { ZSTD_MAGIC } from './stored-frame.ts'

/** Output so far and what a frame's blocks hand on. */
interface Frame {
  readonly out: Uint8Array
  at: number
  /** Output before this frame: matches do not reach beyond it. */
  readonly start: number
  huffman?: HuffmanTable
  readonly tables: SequenceTables
  readonly recent: [number, number, number]
}

/**
 * Decompresses zstd frames (RFC 8878) whose plain size is known; no other memory than the result
 * and one block is used. Dictionaries are refused, content checksums are not verified.
 * @throws {SplatsError} `splats/bad-data`
 */
export function decompressZstd(bytes: Uint8Array, plainBytes: number): Uint8Array {
  const out = new Uint8Array(plainBytes)
  let at = 0
  let written = 0
  while (at < bytes.length) {
    const input = bytes.subarray(at)
    const skipped = skippableLength(input)
    if (skipped > 0) {
      at += skipped
      continue
    }
    const frame: Frame = { out, at: written, start: written, tables: {}, recent: [1, 4, 8] }
    at += readFrame(input, frame)
    written = frame.at
  }
  if (written !== plainBytes || at !== bytes.length) {
    corrupt(`${plainBytes} bytes, got ${written}`)
  }
  return out
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Length of a frame that carries no data, else 0. */
function skippableLength(bytes: Uint8Array): number {
  const isSkippable = bytes.length >= 8 && viewOf(bytes).getUint32(0, true) >>> 4 === 0x184d2a5
  return isSkippable ? 8 + viewOf(bytes).getUint32(4, true) : 0
}

/** Decodes one frame into `frame`; returns its length. */
function readFrame(bytes: Uint8Array, frame: Frame): number {
  const { bodyOffset, checksumBytes } = frameHeader(bytes)
  let at = bodyOffset
  for (let last = false; !last; ) {
    const head = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)
    last = (head & 1) === 1
    const type = (head >> 1) & 3
    const size = head >> 3
    const length = type === 1 ? 1 : size
    at += 3
    if (at + length > bytes.length || size > MAX_BLOCK || type === 3) {
      corrupt('a block within the frame')
    }
    const block = bytes.subarray(at, at + length)
    at += length
    if (type === 2) readBlock(block, frame)
    else append(frame, size, (to) => (type === 0 ? to.set(block) : to.fill(block[0])))
  }
  return at + checksumBytes
}

function frameHeader(bytes: Uint8Array): { bodyOffset: number; checksumBytes: number } {
  if (bytes.length < 6 || viewOf(bytes).getUint32(0, true) !== ZSTD_MAGIC) {
    corrupt('the mark of a zstd frame')
  }
  const descriptor = bytes[4]
  const singleSegment = (descriptor >> 5) & 1
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6]
  if (descriptor & 8) corrupt('a reserved bit of 0')
  if (descriptor & 3) corrupt('a frame without a dictionary')
  // The declared content size is left aside: the caller knows it, and the result is checked.
  return { bodyOffset: 6 - singleSegment + sizeBytes, checksumBytes: descriptor & 4 }
}

function append(frame: Frame, length: number, write: (to: Uint8Array) => void): void {
  if (frame.at + length > frame.out.length) corrupt(`at most ${frame.out.length} bytes`)
  write(frame.out.subarray(frame.at, frame.at + length))
  frame.at += length
}

function readBlock(block: Uint8Array, frame: Frame): void {
  if (block.length < 2) corrupt('a compressed block of two bytes or more')
  const literals = readLiterals(block, frame.huffman)
  frame.huffman = literals.table
  const sequences = readSequences(block.subarray(literals.length), frame.tables)
  let used = 0
  const copyLiterals = (length: number) => {
    if (used + length > literals.bytes.length) corrupt('enough literals')
    append(frame, length, (to) => to.set(literals.bytes.subarray(used, used + length)))
    used += length
  }
  for (let i = 0; i < sequences.count; i++) {
    const { literals: length, match, offset } = sequences.next()
    copyLiterals(length)
    copyMatch(frame, resolveOffset(offset, length, frame.recent), match)
  }
  sequences.finish()
  copyLiterals(literals.bytes.length - used)
}

/** Values 1 to 3 name recent offsets, one place further when no literals come before. */
function resolveOffset(value: number, literals: number, recent: Frame['recent']): number {
  const place = value > 3 ? 3 : value - 1 + (literals === 0 ? 1 : 0)
  const offset = value > 3 ? value - 3 : place === 3 ? recent[0] - 1 : recent[place]
  if (place >= 2) recent[2] = recent[1]
  if (place >= 1) recent[1] = recent[0]
  recent[0] = offset
  return offset
}

/** Copies from `offset` bytes back; source and target may overlap, so a run repeats itself. */
function copyMatch(frame: Frame, offset: number, length: number): void {
  const { out, at } = frame
  if (offset < 1 || offset > at - frame.start) corrupt('a match within the output so far')
  if (at + length > out.length) corrupt(`at most ${out.length} bytes`)
  if (offset >= length) out.copyWithin(at, at - offset, at - offset + length)
  else for (let i = at; i < at + length; i++) out[i] = out[i - offset]
  frame.at = at + length
}
