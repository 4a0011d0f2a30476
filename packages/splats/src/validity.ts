import type { Gaussians } from './gaussians.ts'
import { floatsPerGaussian, sliceGaussians } from './gaussians.ts'

/**
 * Normalises every rotation and clamps opacities to 0..1, in place.
 * @returns how many opacities were outside
 */
export function makeValid({ rotations, opacities }: Gaussians): number {
  normaliseRotations(rotations)
  let clamped = 0
  for (let i = 0; i < opacities.length; i++) {
    const opacity = opacities[i]!
    if (opacity < 0 || opacity > 1) {
      opacities[i] = opacity < 0 ? 0 : 1
      clamped++
    }
  }
  return clamped
}

/**
 * Leaves out, in place, what no viewer can draw: a value that is not finite, a negative scale, a
 * rotation of length 0. What is kept moves to the front, range after range.
 */
export function compactor(cloud: Gaussians) {
  const widths = Object.entries(floatsPerGaussian(cloud.shDegree)) as [
    keyof ReturnType<typeof floatsPerGaussian>,
    number,
  ][]
  let kept = 0
  const move = (from: number, to: number) => {
    if (from === kept) return
    for (const [name, width] of widths) {
      cloud[name].copyWithin(kept * width, from * width, to * width)
    }
  }
  return {
    /** Keeps what can be drawn of Gaussians `start` to `end` (excluded). */
    keepOf(start: number, end: number): void {
      let from = start
      for (let i = start; i <= end; i++) {
        if (i < end && isDrawable(cloud, i)) continue
        move(from, i)
        kept += i - from
        from = i + 1
      }
    },
    /** All that was kept; the same object if that is everything. */
    kept: () => (kept === cloud.count ? cloud : sliceGaussians(cloud, 0, kept)),
  }
}

function isDrawable({ positions, scales, rotations, opacities, sh }: Gaussians, i: number) {
  const shFloats = sh.length / opacities.length
  return (
    isFinite(opacities[i]!) &&
    rowIsFinite(positions, i * 3, 3) &&
    rowIsFinite(rotations, i * 4, 4) &&
    rowIsFinite(scales, i * 3, 3) &&
    Math.min(scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!) >= 0 &&
    rowIsFinite(sh, i * shFloats, shFloats)
  )
}

/** A row's sum is finite only if each value is (single precision cannot overflow a double sum). */
function rowIsFinite(values: Float32Array, start: number, length: number): boolean {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += values[i]!
  return isFinite(sum)
}

function normaliseRotations(rotations: Float32Array): void {
  for (let i = 0; i < rotations.length; i += 4) {
    let square = 0
    for (let j = 0; j < 4; j++) square += rotations[i + j]! ** 2
    const norm = Math.sqrt(square)
    for (let j = 0; j < 4; j++) rotations[i + j]! /= norm
  }
}
