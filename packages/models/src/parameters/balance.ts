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

/** c moves nothing between layers that are as even as this, and no more than so many powers of two. */
const mostPowers = 10

/** c for each channel: 1 where maker and reader are to each other as in the middle one. */
export function balanceFactors(
  maker: Float32Array,
  reader: Float32Array,
  channels: number,
): Float32Array<ArrayBuffer> {
  const made = new Float64Array(channels)
  const read = new Float64Array(channels)
  const size = maker.length / channels
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0
    for (let i = channel * size; i < (channel + 1) * size; i++) sum += maker[i]! ** 2
    made[channel] = sum
  }
  for (let row = 0; row < reader.length; row += channels) {
    for (let channel = 0; channel < channels; channel++)
      read[channel]! += reader[row + channel]! ** 2
  }
  const ratios = read.map((sum, channel) => sum / made[channel]!)
  const known = ratios.filter((ratio) => ratio > 0 && ratio < Infinity).sort()
  const middle = known[known.length >> 1]!
  return Float32Array.from(ratios, (ratio) => {
    if (!(ratio > 0 && ratio < Infinity)) return 1
    const powers = Math.trunc(Math.log2(ratio / middle) / 4) // the ratio is of squares
    return 2 ** Math.max(-mostPowers, Math.min(mostPowers, powers))
  })
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
