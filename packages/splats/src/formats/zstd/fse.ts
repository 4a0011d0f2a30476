import type { BackwardBits } from './bit-reader.ts'
import { corrupt, readBits } from './bit-reader.ts'

/** Decoding table of a finite-state entropy coder: one entry a state. */
export interface FseTable {
  /** The table has 2^log states. */
  readonly log: number
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
  readonly bases: Uint16Array
}

/** The table of one symbol that costs no bits. */
export function constantTable(symbol: number): FseTable {
  return {
    log: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  }
}

/** Table from probabilities in units of 2^-log; -1 stands for 'less than one unit'. */
export function fseTable(probabilities: readonly number[], log: number): FseTable {
  const size = 1 << log
  const symbols = new Uint8Array(size)
  const next = new Uint16Array(probabilities.length)
  let high = size
  probabilities.forEach((probability, symbol) => {
    if (probability === -1) symbols[--high] = symbol
    next[symbol] = Math.abs(probability)
  })
  const step = (size >> 1) + (size >> 3) + 3
  let at = 0
  probabilities.forEach((probability, symbol) => {
    for (let i = 0; i < probability; i++) {
      symbols[at] = symbol
      do at = (at + step) & (size - 1)
      while (at >= high)
    }
  })
  const bits = new Uint8Array(size)
  const bases = new Uint16Array(size)
  for (let state = 0; state < size; state++) {
    const place = next[symbols[state]]++
    bits[state] = log - (31 - Math.clz32(place))
    bases[state] = (place << bits[state]) - size
  }
  return { log, symbols, bits, bases }
}

/**
 * Reads a table's description; returns the table and the bytes it took.
 * `maxLog` and `maxSymbols` are the limits of the place it stands in.
 */
export function readFseTable(
  bytes: Uint8Array,
  { maxLog, maxSymbols }: { maxLog: number; maxSymbols: number },
): { table: FseTable; length: number } {
  let position = 0
  const read = (count: number) => {
    const at = position >> 3
    position += count
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)
    return (word >>> ((position - count) & 7)) & ((1 << count) - 1)
  }
  const log = read(4) + 5
  if (log > maxLog) corrupt(`a table of at most 2^${maxLog} states, got 2^${log}`)
  const probabilities: number[] = []
  let remaining = 1 << log
  while (remaining > 0 && probabilities.length < maxSymbols) {
    const width = 32 - Math.clz32(remaining + 1)
    const low = (1 << (width - 1)) - 1
    const threshold = (1 << width) - 2 - remaining
    let value = read(width)
    if ((value & low) < threshold) {
      position--
      value &= low
    } else if (value > low) value -= threshold
    probabilities.push(value - 1)
    remaining -= Math.abs(value - 1)
    for (let zeros = value === 1 ? 3 : 0; zeros === 3; ) {
      zeros = read(2)
      for (let i = 0; i < zeros; i++) probabilities.push(0)
    }
    if (position > bytes.length * 8) corrupt('a whole entropy table, got the end of the block')
  }
  if (remaining !== 0 || probabilities.length > maxSymbols) {
    corrupt(`probabilities of at most ${maxSymbols} symbols that add up`)
  }
  return { table: fseTable(probabilities, log), length: Math.ceil(position / 8) }
}

/** The state after `state`, by the bits that it asks for. */
export function nextState(table: FseTable, state: number, bits: BackwardBits): number {
  return table.bases[state] + readBits(bits, table.bits[state])
}
