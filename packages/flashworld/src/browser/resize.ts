import type { ImageSize } from '@flashworld/camera'

/**
 * Resizes an image as sharp does in Node: smaller by Lanczos' kernel of three lobes, larger by Catmull and Rom's cubic.
 * Pixels beyond an edge are the edge's.
 * @param rgba `[height, width, 4]` bytes of an opaque image
 * @returns RGB bytes `[to.height, to.width, 3]`
 */
export function resizePixels(rgba: Uint8ClampedArray, from: ImageSize, to: ImageSize): Uint8Array {
  const columns = kernelTaps(from.width, to.width)
  const narrow = new Float32Array(from.height * to.width * 3)
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const { first, weights } = columns[x]!
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let k = 0; k < weights.length; k++) {
          const column = clamp(first + k, from.width)
          sum += weights[k]! * rgba[(y * from.width + column) * 4 + c]!
        }
        narrow[(y * to.width + x) * 3 + c] = sum
      }
    }
  }
  const rows = kernelTaps(from.height, to.height)
  const rgb = new Uint8ClampedArray(to.height * to.width * 3)
  const rowLength = to.width * 3
  for (let y = 0; y < to.height; y++) {
    const { first, weights } = rows[y]!
    for (let i = 0; i < rowLength; i++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) {
        sum += weights[k]! * narrow[clamp(first + k, from.height) * rowLength + i]!
      }
      rgb[y * rowLength + i] = sum
    }
  }
  return new Uint8Array(rgb.buffer)
}

interface Taps {
  /** The first pixel that counts; it may lie before the edge. */
  readonly first: number
  /** They add up to 1. */
  readonly weights: Float64Array
}

/**
 * For each pixel of a row of `to` the pixels of a row of `from` that it is made of. Rows that become much shorter are
 * first averaged over so many pixels that two of the averages are one of the result.
 */
function kernelTaps(from: number, to: number): Taps[] {
  const step = from / to
  const averaged = Math.max(1, Math.floor(step / 2))
  const left = step / averaged
  const larger = step < 1
  const { radius, at } = larger ? catmullRom : lanczos
  const width = Math.max(1, left)
  return Array.from({ length: to }, (_, i) => {
    // sharp's larger images lie half a pixel of theirs further on
    const center = (larger ? i : i + 0.5) * left - 0.5
    const first = Math.ceil(center - radius * width)
    const count = Math.floor(center + radius * width) - first + 1
    const weights = Float64Array.from({ length: count * averaged }, (__, k) =>
      at((first + Math.floor(k / averaged) - center) / width),
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first: first * averaged, weights: weights.map((weight) => weight / sum) }
  })
}

interface Kernel {
  readonly radius: number
  /** Its height at a distance of `x` pixels. */
  at(x: number): number
}

const lanczos: Kernel = {
  radius: 3,
  at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0),
}

const catmullRom: Kernel = {
  radius: 2,
  at(x) {
    const d = Math.abs(x)
    if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1
    return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0
  },
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const clamp = (index: number, length: number) => Math.min(length - 1, Math.max(0, index))
