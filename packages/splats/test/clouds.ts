import type { Gaussians, ShDegree } from '../src/gaussians.ts'
import { allocateGaussians } from '../src/gaussians.ts'

/** Uniform numbers in 0..1 from a seed (32-bit multiply and xor-shift). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** A cloud as a scene has it: positions within `reach`, scales over six powers of e, SH within 1. */
export function randomCloud(
  count: number,
  { seed = 1, degree = 2, reach = 10 }: { seed?: number; degree?: ShDegree; reach?: number } = {},
): Gaussians {
  const random = seeded(seed)
  const cloud = allocateGaussians(count, degree)
  const between = (low: number, high: number) => low + (high - low) * random()
  cloud.positions.forEach((_, i) => (cloud.positions[i] = between(-reach, reach)))
  cloud.opacities.forEach((_, i) => (cloud.opacities[i] = random()))
  cloud.scales.forEach((_, i) => (cloud.scales[i] = Math.exp(between(-7, -1))))
  cloud.sh.forEach((_, i) => (cloud.sh[i] = between(-1, 1)))
  for (let i = 0; i < count; i++) {
    const q = Array.from({ length: 4 }, () => between(-1, 1))
    const norm = Math.hypot(...q)
    cloud.rotations.set(
      q.map((value) => value / norm),
      i * 4,
    )
  }
  return cloud
}

/** All that a writer yields, as one array. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}

/** Largest difference of two arrays, element by element; Infinity if their lengths differ. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!)
    if (!(difference <= largest)) largest = difference
  }
  return largest
}

/** Largest angle between rotations, as 1 - |dot| of the unit quaternions. */
export function maxRotationGap(a: Float32Array, b: Float32Array): number {
  let largest = a.length === b.length ? 0 : Infinity
  for (let i = 0; i < a.length; i += 4) {
    const dot =
      a[i]! * b[i]! + a[i + 1]! * b[i + 1]! + a[i + 2]! * b[i + 2]! + a[i + 3]! * b[i + 3]!
    largest = Math.max(largest, 1 - Math.abs(dot))
  }
  return largest
}
