import { corrupt } from './bit-reader.ts'
import type { HuffmanTable } from './huffman.ts'
import { decodeHuffman, readHuffmanTable } from './huffman.ts'

/** Largest block, and so most literals, the format allows. */
export const MAX_BLOCK = 1 << 17

export interface Literals {
  readonly bytes: Uint8Array
  /** Bytes that the section took. */
  readonly length: number
  /** Table in force for later blocks. */
  readonly table: HuffmanTable | undefined
}

/** Reads a block's literals section; `previous` is the table of the blocks before. */
export function readLiterals(block: Uint8Array, previous: HuffmanTable | undefined): Literals {
  const type = block[0] & 3
  return type < 2
    ? simpleLiterals(block, type === 1, previous)
    : huffmanLiterals(block, type === 3, previous)
}

/** Little-endian number of up to 5 bytes. */
function littleEndian(bytes: Uint8Array, length: number): number {
  let value = 0
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[i] ?? 0)
  return value
}

function simpleLiterals(
  block: Uint8Array,
  repeated: boolean,
  table: HuffmanTable | undefined,
): Literals {
  const form = (block[0] >> 2) & 3
  const head = form === 1 ? 2 : form === 3 ? 3 : 1
  const count = littleEndian(block, head) >> (head === 1 ? 3 : 4)
  const length = head + (repeated ? 1 : count)
  if (count > MAX_BLOCK || length > block.length) corrupt('literals within the block')
  const bytes = repeated
    ? new Uint8Array(count).fill(block[head])
    : block.subarray(head, length)
  return { bytes, length, table }
}

function huffmanLiterals(
  block: Uint8Array,
  treeless: boolean,
  previous: HuffmanTable | undefined,
): Literals {
  const form = (block[0] >> 2) & 3
  const head = Math.max(3, form + 2)
  const width = [10, 10, 14, 18][form]
  const sizes = Math.floor(littleEndian(block, head) / 16)
  const count = sizes % 2 ** width
  const packed = Math.floor(sizes / 2 ** width)
  const length = head + packed
  if (count > MAX_BLOCK || length > block.length) corrupt('literals within the block')
  let body = block.subarray(head, length)
  let table = previous
  if (!treeless) {
    const tree = readHuffmanTable(body)
    table = tree.table
    body = body.subarray(tree.length)
  }
  if (table === undefined) return corrupt('a Huffman tree before literals that reuse it')
  const bytes = new Uint8Array(count)
  if (form === 0) decodeHuffman(table, body, bytes)
  else decodeFourStreams(table, body, bytes)
  return { bytes, length, table }
}

/** Four streams of a quarter each; a table of three lengths stands before them. */
function decodeFourStreams(table: HuffmanTable, body: Uint8Array, out: Uint8Array): void {
  const quarter = (out.length + 3) >> 2
  let at = 6
  for (let i = 0; i < 4; i++) {
    const end = i < 3 ? at + (body[i * 2] | (body[i * 2 + 1] << 8)) : body.length
    if (!(end <= body.length && quarter * 3 <= out.length)) corrupt('four streams in the literals')
    const part = out.subarray(i * quarter, i < 3 ? (i + 1) * quarter : out.length)
    decodeHuffman(table, body.subarray(at, end), part)
    at = end
  }
}
