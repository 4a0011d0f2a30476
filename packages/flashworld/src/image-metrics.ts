import type { ImageSize } from '@flashworld/camera'
import type { Picture } from './events.ts'

/** Peak of 8-bit pictures. */
const peak = 255

/**
 * Peak signal-to-noise ratio, dB: `10 log10(255^2 / MSE)` over red, green and blue of all pixels. Infinity for equal
 * pictures; alpha does not count.
 * @throws RangeError when the sizes differ
 * @example
 * ```ts
 * import { psnr } from 'flashworld/lab'
 *
 * const picture = (value: number) => ({
 *   width: 16,
 *   height: 16,
 *   rgba: new Uint8ClampedArray(16 * 16 * 4).fill(value),
 * })
 * console.log(psnr(picture(100), picture(110))) // 28.1
 * ```
 */
export function psnr(a: Picture, b: Picture): number {
  checkSameSize('psnr', a, b)
  let squares = 0
  for (let i = 0; i < a.rgba.length; i += 4) {
    for (let c = 0; c < 3; c++) squares += (a.rgba[i + c]! - b.rgba[i + c]!) ** 2
  }
  return 10 * Math.log10((peak ** 2 * a.width * a.height * 3) / squares)
}

/**
 * PSNR over all pixels of two rows of pictures: from the mean of the squared errors.
 * @throws RangeError
 * @example
 * ```ts
 * import { psnrOfAll } from 'flashworld/lab'
 *
 * const picture = (value: number) => ({
 *   width: 16,
 *   height: 16,
 *   rgba: new Uint8ClampedArray(16 * 16 * 4).fill(value),
 * })
 * console.log(psnrOfAll([picture(100), picture(50)], [picture(110), picture(60)]))
 * ```
 */
export function psnrOfAll(a: readonly Picture[], b: readonly Picture[]): number {
  const errors = a.map((picture, i) => 10 ** (-psnr(picture, b[i]!) / 10))
  return -10 * Math.log10(errors.reduce((sum, error) => sum + error, 0) / errors.length)
}

/** Of the window; it reaches 3.5 standard deviations, 11 pixels across. */
const windowDeviation = 1.5
const windowRadius = 5
const stabilizers = [(0.01 * peak) ** 2, (0.03 * peak) ** 2] as const

/**
 * Structural similarity after Wang et al. 2004, at most 1: the mean over red, green and blue and over all pixels
 * whose window (11 x 11, Gaussian, deviation 1.5; weighted population covariance) lies inside the picture.
 * K1 = 0.01, K2 = 0.03, L = 255.
 * @throws RangeError when the sizes differ, or a side is below 11 pixels
 * @example
 * ```ts
 * import { ssim } from 'flashworld/lab'
 *
 * const picture = (value: number) => ({
 *   width: 16,
 *   height: 16,
 *   rgba: new Uint8ClampedArray(16 * 16 * 4).fill(value),
 * })
 * console.log(ssim(picture(100), picture(100))) // 1
 * ```
 */
export function ssim(a: Picture, b: Picture): number {
  checkSameSize('ssim', a, b)
  const side = 2 * windowRadius + 1
  if (Math.min(a.width, a.height) < side) {
    throw new RangeError(
      `ssim: expected sides of at least ${side} pixels, got ${a.width} x ${a.height}`,
    )
  }
  const channels = [0, 1, 2].map((c) => channelSsim(channel(a, c), channel(b, c), a))
  return channels.reduce((sum, value) => sum + value, 0) / channels.length
}

function channelSsim(a: Float64Array, b: Float64Array, size: ImageSize): number {
  const mean = (values: Float64Array) => blurInside(values, size)
  const product = (x: Float64Array, y: Float64Array) => x.map((value, i) => value * y[i]!)
  const [ma, mb] = [mean(a), mean(b)]
  const [aa, bb, ab] = [mean(product(a, a)), mean(product(b, b)), mean(product(a, b))]
  const [c1, c2] = stabilizers
  let sum = 0
  for (let i = 0; i < ma.length; i++) {
    const means = ma[i]! * mb[i]!
    const squares = ma[i]! ** 2 + mb[i]! ** 2
    const covariance = ab[i]! - means
    const variances = aa[i]! + bb[i]! - squares
    sum += ((2 * means + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2))
  }
  return sum / ma.length
}

const channel = ({ rgba }: Picture, c: number) =>
  Float64Array.from({ length: rgba.length / 4 }, (_, i) => rgba[i * 4 + c]!)

/** Weighted means of all windows that lie inside, row by row: along the rows, then along the columns. */
function blurInside(values: Float64Array, { width, height }: ImageSize): Float64Array {
  const columns = width - 2 * windowRadius
  const alongRows = new Float64Array(columns * height)
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < columns; col++) {
      let sum = 0
      windowWeights.forEach((weight, k) => (sum += weight * values[row * width + col + k]!))
      alongRows[row * columns + col] = sum
    }
  }
  const means = new Float64Array(columns * (height - 2 * windowRadius))
  for (let i = 0; i < means.length; i++) {
    windowWeights.forEach((weight, k) => (means[i]! += weight * alongRows[i + k * columns]!))
  }
  return means
}

const windowWeights = (() => {
  const weights = Array.from({ length: 2 * windowRadius + 1 }, (_, k) =>
    Math.exp(-((k - windowRadius) ** 2) / (2 * windowDeviation ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
})()

function checkSameSize(op: string, a: Picture, b: Picture): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `${op}: expected pictures of one size, got ${a.width} x ${a.height} and ${b.width} x ${b.height}`,
    )
  }
}
