import type { conv2dSizes } from './index.ts'

type Sizes = ReturnType<typeof conv2dSizes>

/** Whether a doubled image's convolution is four 2 x 2 convolutions of the image itself. */
export const foldsExactly = ({ zoom, stride, kernelHeight, kernelWidth, pad }: Sizes): boolean =>
  zoom === 2 &&
  stride === 1 &&
  kernelHeight === 3 &&
  kernelWidth === 3 &&
  [pad.top, pad.left, pad.bottom, pad.right].every((p) => p === 1)

/** Which of the three taps see the same pixel: at even positions the last two, at odd ones the first two. */
const sameTaps = [
  [[0], [1, 2]],
  [[0, 1], [2]],
]

/**
 * w[O, 3, 3, C] as the kernels [2 x 2 phases, O, 2, 2, C] of the four convolutions. Zero padding stays
 * what it is: the doubled image's border of one zero folds into the image's own.
 */
export function foldUpsample(w: Float32Array, { outChannels, channels }: { outChannels: number; channels: number }) {
  const folded = new Float32Array(4 * outChannels * 4 * channels)
  let at = 0
  for (let phase = 0; phase < 4; phase++) {
    const [rows, cols] = [sameTaps[phase >> 1]!, sameTaps[phase & 1]!]
    for (let o = 0; o < outChannels; o++) {
      for (let tap = 0; tap < 4; tap++, at += channels) {
        for (const ky of rows[tap >> 1]!) {
          for (const kx of cols[tap & 1]!) {
            const from = (o * 9 + ky * 3 + kx) * channels
            for (let c = 0; c < channels; c++) folded[at + c]! += w[from + c]!
          }
        }
      }
    }
  }
  return folded
}
