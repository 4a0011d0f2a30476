import type { ImageSize } from '@flashworld/camera'

/** A picture as RGBA bytes, the top row first. */
export interface Pixels extends ImageSize {
  readonly rgba: Uint8ClampedArray
}

/** How far away what a picture shows is, `[height, width]`, from the camera's plane; 0 where nothing is known. */
export interface Depths extends ImageSize {
  readonly depth: Float32Array
}

/** Neighbours that a pixel asks, in pixels of the coarse map to each side. */
const REACH = 3
/** How far a neighbour counts, in pixels of the coarse map. */
const NEAR = 1.6
/** How different its colour may be, of 255. */
const ALIKE = 18
/** Specks are of fewer pixels than this to each side hold. */
const SPECK = 2
/** However different all are, somebody is heard. */
const FAINT = 1e-5

/** The map without gaps: what is unknown is as far away as its known neighbours, from the gap's edge inwards. */
export function filled({ width, height, depth }: Depths): Depths {
  let from = Float32Array.from(depth)
  const far = median([...depth].filter((value) => value > 0)) ?? 1
  for (let round = 0; round < width + height && from.includes(0); round++) {
    const to = Float32Array.from(from)
    let found = false
    for (let i = 0; i < from.length; i++) {
      if (from[i] !== 0) continue
      const near = neighbours(i, { width, height }).flatMap((j) => (from[j]! > 0 ? [from[j]!] : []))
      if (near.length === 0) continue
      to[i] = near.reduce((a, b) => a + b) / near.length
      found = true
    }
    from = to
    if (!found) break
  }
  return { width, height, depth: from.map((value) => value || far) }
}

/**
 * The depths of a coarse map, at the size of a picture and with its edges: each pixel takes the median of the coarse
 * pixels around it, in which those count that are near and of its colour. A median, as a mean would put what lies
 * between two things into the empty space between them.
 * @param coarse without gaps
 */
export function upsampled(coarse: Depths, picture: Pixels): Depths {
  const guide = shrunk(picture, coarse)
  const { width, height, rgba } = picture
  const depth = new Float32Array(width * height)
  const side = 2 * REACH + 1
  const values = new Float32Array(side * side)
  const weights = new Float32Array(side * side)
  const distances = Float32Array.from({ length: 1024 }, (_, i) =>
    Math.exp(-((i / 64) ** 2) / (2 * NEAR * NEAR)),
  )
  for (let y = 0; y < height; y++) {
    const v = ((y + 0.5) * coarse.height) / height - 0.5
    for (let x = 0; x < width; x++) {
      const u = ((x + 0.5) * coarse.width) / width - 0.5
      const at = (y * width + x) * 4
      let count = 0
      for (let j = Math.round(v) - REACH; j <= Math.round(v) + REACH; j++) {
        if (j < 0 || j >= coarse.height) continue
        for (let i = Math.round(u) - REACH; i <= Math.round(u) + REACH; i++) {
          if (i < 0 || i >= coarse.width) continue
          const other = (j * coarse.width + i) * 3
          const r = rgba[at]! - guide[other]!
          const g = rgba[at + 1]! - guide[other + 1]!
          const b = rgba[at + 2]! - guide[other + 2]!
          const color = (r * r + g * g + b * b) / 3
          values[count] = coarse.depth[j * coarse.width + i]!
          weights[count++] =
            distances[Math.min(1023, Math.round(Math.hypot(i - u, j - v) * 64))]! *
            (Math.exp(-color / (2 * ALIKE * ALIKE)) + FAINT)
        }
      }
      depth[y * width + x] = weightedMedian(values, weights, count)
    }
  }
  return { width, height, depth }
}

/** Each pixel as far away as the middle one of those around it: specks vanish, edges stay. */
export function despeckled({ width, height, depth }: Depths): Depths {
  const out = new Float32Array(depth.length)
  const values = new Float32Array((2 * SPECK + 1) ** 2)
  const weights = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let count = 0
      for (let j = Math.max(0, y - SPECK); j <= Math.min(height - 1, y + SPECK); j++) {
        for (let i = Math.max(0, x - SPECK); i <= Math.min(width - 1, x + SPECK); i++) {
          values[count] = depth[j * width + i]!
          weights[count++] = 1
        }
      }
      out[y * width + x] = weightedMedian(values, weights, count)
    }
  }
  return { width, height, depth: out }
}

/** The value below which half of the weight lies. Sorts both in place, which are few. */
export function weightedMedian(values: Float32Array, weights: Float32Array, count: number): number {
  let whole = 0
  for (let i = 0; i < count; i++) {
    const [value, weight] = [values[i]!, weights[i]!]
    whole += weight
    let j = i
    for (; j > 0 && values[j - 1]! > value; j--) {
      values[j] = values[j - 1]!
      weights[j] = weights[j - 1]!
    }
    values[j] = value
    weights[j] = weight
  }
  let below = 0
  for (let i = 0; i < count; i++) {
    below += weights[i]!
    if (below >= whole / 2) return values[i]!
  }
  return values[count - 1]!
}

/** The mean colour of the picture under each pixel of a coarser one, `[height, width, 3]`. */
function shrunk({ width, height, rgba }: Pixels, coarse: ImageSize): Float32Array {
  const sums = new Float32Array(coarse.width * coarse.height * 3)
  const counts = new Float32Array(coarse.width * coarse.height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * coarse.height) / height) * coarse.width
    for (let x = 0; x < width; x++) {
      const i = row + Math.floor((x * coarse.width) / width)
      counts[i]!++
      for (let c = 0; c < 3; c++) sums[i * 3 + c]! += rgba[(y * width + x) * 4 + c]!
    }
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / 3)]!))
}

const neighbours = (i: number, { width, height }: ImageSize): number[] => {
  const [x, y] = [i % width, Math.floor(i / width)]
  return [
    ...(x > 0 ? [i - 1] : []),
    ...(x + 1 < width ? [i + 1] : []),
    ...(y > 0 ? [i - width] : []),
    ...(y + 1 < height ? [i + width] : []),
  ]
}

export function median(values: number[]): number | undefined {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
