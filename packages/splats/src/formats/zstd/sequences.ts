import type { BackwardBits } from './bit-reader.ts'
import { backwardBits, corrupt, readBits } from './bit-reader.ts'
import type { FseTable } from './fse.ts'
import { constantTable, fseTable, nextState, readFseTable } from './fse.ts'

/** Tables of the three symbols of a sequence, kept from block to block. */
export interface SequenceTables {
  literals?: FseTable
  offsets?: FseTable
  matches?: FseTable
}

/** Copies to make: literals first, then a match from `offset` bytes back. */
export interface Sequences {
  readonly count: number
  readonly next: () => { literals: number; match: number; offset: number }
  /** Refuses a stream with bits left over. */
  readonly finish: () => void
}

const repeat = (value: number, times: number) => new Array<number>(times).fill(value)

const KINDS = {
  literals: {
    maxLog: 9,
    maxSymbols: 36,
    standard: fseTable(
      [4, 3, ...repeat(2, 11), 1, 1, 1, ...repeat(2, 9), 3, 2, ...repeat(1, 5), ...repeat(-1, 4)],
      6,
    ),
  },
  offsets: {
    maxLog: 8,
    maxSymbols: 32,
    standard: fseTable([...repeat(1, 6), 2, 2, 2, ...repeat(1, 15), ...repeat(-1, 5)], 5),
  },
  matches: {
    maxLog: 9,
    maxSymbols: 53,
    standard: fseTable([1, 4, 3, ...repeat(2, 6), ...repeat(1, 37), ...repeat(-1, 7)], 6),
  },
}

/** Smallest length of each code and the extra bits that add to it. */
const LITERAL_BITS = [...repeat(0, 16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
const MATCH_BITS = [...repeat(0, 32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
const LITERAL_BASES = cumulative(LITERAL_BITS, 0)
const MATCH_BASES = cumulative(MATCH_BITS, 3)

function cumulative(bits: readonly number[], first: number): number[] {
  let base = first
  return bits.map((count) => (base += 2 ** count) - 2 ** count)
}

/** Reads a block's sequences section; `tables` is brought up to date. */
export function readSequences(section: Uint8Array, tables: SequenceTables): Sequences {
  const { count, length } = sequenceCount(section)
  if (count === 0) {
    const none = () => corrupt('no sequence')
    return { count, next: none, finish: () => undefined }
  }
  const modes = section[length]
  if (!(modes >= 0) || modes & 3) corrupt('a byte of table modes')
  let at = length + 1
  for (const [i, kind] of (['literals', 'offsets', 'matches'] as const).entries()) {
    const read = readTable(section.subarray(at), kind, (modes >> (6 - 2 * i)) & 3)
    tables[kind] = read.table ?? tables[kind] ?? corrupt('a table before one that reuses it')
    at += read.length
  }
  return decodeSequences(backwardBits(section.subarray(at)), count, tables)
}

function sequenceCount(section: Uint8Array): { count: number; length: number } {
  const [a, b, c] = section
  if (a < 128) return { count: a, length: 1 }
  const wide = a === 255
  if (!((wide ? c : b) >= 0)) return corrupt('a number of sequences')
  return wide
    ? { count: b + c * 256 + 0x7f00, length: 3 }
    : { count: (a - 128) * 256 + b, length: 2 }
}

function readTable(
  bytes: Uint8Array,
  kind: keyof typeof KINDS,
  mode: number,
): { table?: FseTable; length: number } {
  if (mode === 0) return { table: KINDS[kind].standard, length: 0 }
  if (mode === 2) return readFseTable(bytes, KINDS[kind])
  if (mode === 3) return { length: 0 }
  if (!(bytes[0] < KINDS[kind].maxSymbols)) corrupt(`a code of ${kind}`)
  return { table: constantTable(bytes[0]), length: 1 }
}

function decodeSequences(bits: BackwardBits, count: number, tables: SequenceTables): Sequences {
  const { literals, offsets, matches } = tables as Required<SequenceTables>
  let literalState = readBits(bits, literals.log)
  let offsetState = readBits(bits, offsets.log)
  let matchState = readBits(bits, matches.log)
  let left = count
  return {
    count,
    next() {
      const offsetCode = offsets.symbols[offsetState]
      const matchCode = matches.symbols[matchState]
      const literalCode = literals.symbols[literalState]
      const offset = 2 ** offsetCode + readBits(bits, offsetCode)
      const match = MATCH_BASES[matchCode] + readBits(bits, MATCH_BITS[matchCode])
      const length = LITERAL_BASES[literalCode] + readBits(bits, LITERAL_BITS[literalCode])
      if (--left > 0) {
        literalState = nextState(literals, literalState, bits)
        matchState = nextState(matches, matchState, bits)
        offsetState = nextState(offsets, offsetState, bits)
      }
      if (bits.left < 0) corrupt('bits for every sequence')
      return { literals: length, match, offset }
    },
    finish() {
      if (bits.left !== 0) corrupt('a stream that ends with the last sequence')
    },
  }
}
