import { backwardBits, corrupt, peekBits, readBits } from './bit-reader.ts'
import { nextState, readFseTable } from './fse.ts'

/** Decoding table of a prefix code, indexed by the next `maxBits` bits. */
export interface HuffmanTable {
  readonly maxBits: number
  readonly symbols: Uint8Array
  readonly lengths: Uint8Array
}

const MAX_BITS = 11

/** Reads a tree description; returns the table and the bytes it took. */
export function readHuffmanTable(bytes: Uint8Array): { table: HuffmanTable; length: number } {
  const head = bytes[0]
  const packed = head < 128
  const length = 1 + (packed ? head : (head - 126) >> 1)
  if (!(length <= bytes.length)) corrupt('a Huffman tree within the block')
  const body = bytes.subarray(1, length)
  const weights = packed ? compressedWeights(body) : plainWeights(body, head - 127)
  return { table: huffmanTable(weights), length }
}

function plainWeights(body: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i % 2 ? body[i >> 1] & 15 : body[i >> 1] >> 4))
}

/** Two states take turns on one table until the bits run out. */
function compressedWeights(body: Uint8Array): number[] {
  const { table, length } = readFseTable(body, { maxLog: 6, maxSymbols: 256 })
  const bits = backwardBits(body.subarray(length))
  const states = [readBits(bits, table.log), readBits(bits, table.log)]
  const weights: number[] = []
  for (let turn = 0; weights.length < 255; turn ^= 1) {
    weights.push(table.symbols[states[turn]])
    states[turn] = nextState(table, states[turn], bits)
    if (bits.left < 0) {
      weights.push(table.symbols[states[turn ^ 1]])
      return weights
    }
  }
  return corrupt('at most 255 Huffman weights')
}

/** The last symbol's weight is not stored: it fills the code up. */
function huffmanTable(stored: number[]): HuffmanTable {
  const sum = stored.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0)
  if (sum === 0) corrupt('a Huffman code of two symbols or more')
  const maxBits = Math.floor(Math.log2(sum)) + 1
  const rest = Math.log2(2 ** maxBits - sum)
  if (maxBits > MAX_BITS || !Number.isInteger(rest)) {
    corrupt(`a complete Huffman code of at most ${MAX_BITS} bits`)
  }
  const weights = [...stored, rest + 1]
  const symbols = new Uint8Array(1 << maxBits)
  const lengths = new Uint8Array(1 << maxBits)
  let at = 0
  for (let weight = 1; weight <= maxBits; weight++) {
    weights.forEach((own, symbol) => {
      if (own !== weight) return
      const end = at + 2 ** (weight - 1)
      symbols.fill(symbol, at, end)
      lengths.fill(maxBits + 1 - weight, at, end)
      at = end
    })
  }
  return { maxBits, symbols, lengths }
}

/** Decodes one stream to fill `out` exactly. */
export function decodeHuffman(table: HuffmanTable, stream: Uint8Array, out: Uint8Array): void {
  const { maxBits, symbols, lengths } = table
  const bits = backwardBits(stream)
  for (let i = 0; i < out.length; i++) {
    const code = peekBits(bits, maxBits)
    out[i] = symbols[code]
    bits.left -= lengths[code]
  }
  if (bits.left !== 0) corrupt('a Huffman stream that ends with its last symbol')
}
