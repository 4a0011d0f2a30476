import type { ImageSize } from '@flashworld/camera'

/** Lobes of the kernel on each side. */
const lobes = 3

/**
 * Resizes an image with the Lanczos kernel of three lobes, widened where it is made smaller, as sharp does in Node;
 * pixels beyond an edge are the edge's.
 * @param rgba `[height, width, 4]` bytes of an opaque image
 * @returns RGB bytes `[to.height, to.width, 3]`
 */
export function resizeLanczos(rgba: Uint8ClampedArray, from: ImageSize, to: ImageSize): Uint8Array {
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

/** For each pixel of a row of `to` the pixels of a row of `from` that it is made of. */
function kernelTaps(from: number, to: number): Taps[] {
  const step = from / to
  const width = Math.max(1, step)
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * step - 0.5
    const first = Math.ceil(center - lobes * width)
    const count = Math.floor(center + lobes * width) - first + 1
    const weights = Float64Array.from({ length: count }, (__, k) =>
      lanczos((first + k - center) / width),
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

const lanczos = (x: number) => (Math.abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0)

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const clamp = (index: number, length: number) => Math.min(length - 1, Math.max(0, index))
