/**
 * Channels between two layers may be scaled where nothing but a product lies between: what makes a channel times c, what reads it
 * over c. In 8 bits a row shares one scale, so a channel 1000 times the others takes it from them: its own layer's
 * large row meets the small column of the layer behind it, and of both little but that channel is left. Balanced, the two
 * have the same length (SmoothQuant, arXiv 2211.10438, from the weights alone). c is a power of two: nothing is rounded.
 */

/** Whose channels, and what of them a parameter is. */
export interface Balance {
  /** Key of the weight `[C, K]` that makes the channels. */
  readonly maker: string
  /** Key of the weight `[N, C]` that reads them. */
  readonly reader: string
  /** `maker`: rows times c (a bias, too); `reader`: columns over c; `factors`: c itself, which no checkpoint has. */
  readonly part: 'maker' | 'reader' | 'factors'
}

/** Nothing is moved by more powers of two. */
const mostPowers = 10

/** The squared lengths of what makes and reads each channel: added up from some rows at a time. */
export interface ChannelLengths {
  readonly made: Float64Array
  readonly read: Float64Array
}

export const channelLengths = (channels: number): ChannelLengths => ({
  made: new Float64Array(channels),
  read: new Float64Array(channels),
})

/** Rows of the maker, `[n, K]`: those of the channels from `first` on. */
export function addMaker({ made }: ChannelLengths, rows: Float32Array, size: number, first = 0) {
  for (let i = 0; i < rows.length; i++) made[first + Math.floor(i / size)]! += rows[i]! ** 2
}

/** Rows of the reader, `[n, C]`. */
export function addReader({ read }: ChannelLengths, rows: Float32Array) {
  for (let i = 0; i < rows.length; i++) read[i % read.length]! += rows[i]! ** 2
}

/** c for each channel: 1 where maker and reader are to each other as in the middle one. */
export function factorsOf({ made, read }: ChannelLengths): Float32Array<ArrayBuffer> {
  const ratios = read.map((sum, channel) => sum / made[channel]!)
  const known = ratios.filter((ratio) => ratio > 0 && ratio < Infinity).sort()
  const middle = known[known.length >> 1]!
  return Float32Array.from(ratios, (ratio) => {
    if (!(ratio > 0 && ratio < Infinity)) return 1
    const powers = Math.trunc(Math.log2(ratio / middle) / 4) // the ratio is of squares
    return 2 ** Math.max(-mostPowers, Math.min(mostPowers, powers))
  })
}

/** The factors of a maker `[C, K]` and a reader `[N, C]`. */
export function balanceFactors(
  maker: Float32Array,
  reader: Float32Array,
  channels: number,
): Float32Array<ArrayBuffer> {
  const lengths = channelLengths(channels)
  addMaker(lengths, maker, maker.length / channels)
  addReader(lengths, reader)
  return factorsOf(lengths)
}

/** Applies c to a parameter `[C, …]` or `[N, C]`, in place. */
export function balance(
  values: Float32Array,
  part: 'maker' | 'reader',
  factors: Float32Array,
): void {
  const channels = factors.length
  const size = values.length / channels
  for (let i = 0; i < values.length; i++) {
    if (part === 'maker') values[i]! *= factors[Math.floor(i / size)]!
    else values[i]! /= factors[i % channels]!
  }
}
