import type { Gaussians } from './gaussians.ts'
import { shCoefficients } from './gaussians.ts'
import { selectGaussians } from './prune.ts'

/**
 * Normalises every rotation in place and leaves out what no viewer can draw: a value that is not
 * finite, a negative scale, a rotation of length 0. Opacities are clamped to 0..1.
 */
export function keepValid(gaussians: Gaussians): { gaussians: Gaussians; dropped: number } {
  const shFloats = 3 * shCoefficients(gaussians.shDegree)
  const { positions, scales, rotations, opacities, sh } = gaussians
  normaliseRotations(rotations)
  for (let i = 0; i < opacities.length; i++) {
    opacities[i] = Math.min(1, Math.max(0, opacities[i]!))
  }
  const valid = selectGaussians(
    gaussians,
    (i) =>
      isFinite(opacities[i]!) &&
      rowIsFinite(positions, i * 3, 3) &&
      rowIsFinite(rotations, i * 4, 4) &&
      rowIsFinite(scales, i * 3, 3) &&
      Math.min(scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!) >= 0 &&
      rowIsFinite(sh, i * shFloats, shFloats),
  )
  return { gaussians: valid, dropped: gaussians.count - valid.count }
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
