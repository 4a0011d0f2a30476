import type { Axes } from '../axes.ts'
import { MEMORY_AXES } from '../axes.ts'
import type { Gaussians } from '../gaussians.ts'
import { allocateGaussians, checkGaussians, sliceGaussians } from '../gaussians.ts'
import type { PreparedTransform } from '../transform.ts'
import { axesChange, prepareTransform, transformGaussians } from '../transform.ts'
import { keepValid } from '../validity.ts'

/** What every writer takes. */
export interface WriteOptions {
  /** Frame of the file; each format has its habitual one as default. */
  readonly axes?: Axes
  /** Factor on positions and scales, > 0; the scene's normalisation T gives back its units. */
  readonly scale?: number
}

/** What every reader takes. */
export interface ReadOptions {
  /** Frame of the file, if it does not name it itself; default the format's habitual one. */
  readonly axes?: Axes
}

/** What every reader returns. */
export interface SplatFile {
  /** The cloud, turned to RUB. */
  readonly gaussians: Gaussians
  /** Gaussians left out because a value was not finite, a scale negative or a rotation 0. */
  readonly dropped: number
  /** Frame that the file was taken to be in. */
  readonly axes: Axes
}

/** The readers' last step: invalid Gaussians out, then from the file's frame to RUB in place. */
export function finishRead(cloud: Gaussians, axes: Axes): SplatFile {
  const { gaussians, dropped } = keepValid(cloud)
  if (axes !== MEMORY_AXES) {
    transformGaussians(gaussians, axesChange(axes, MEMORY_AXES), gaussians)
  }
  return { gaussians, dropped, axes }
}

/** Gaussians per chunk written: a few hundred kilobytes, whatever the format. */
const CHUNK = 4096

/**
 * Checks a cloud and prepares the change from RUB to the file's frame and units.
 * @throws {SplatsError} `splats/bad-argument` if arrays and count disagree, or scale is not > 0.
 */
export function prepareWrite(gaussians: Gaussians, axes: Axes, scale = 1): PreparedTransform {
  checkGaussians('write', gaussians)
  return prepareTransform(axesChange(MEMORY_AXES, axes, scale), gaussians.shDegree)
}

/** Arrays of a cloud that a change of frame touches. */
export type Attribute = 'positions' | 'scales' | 'rotations' | 'sh'
const ATTRIBUTES: readonly Attribute[] = ['positions', 'scales', 'rotations', 'sh']

/**
 * The cloud in the file's frame, chunk after chunk. A chunk is valid until the next is asked; only
 * its opacities and the attributes of `only` are (formats of planes pass once for each).
 */
export function* cloudChunks(
  gaussians: Gaussians,
  move: PreparedTransform,
  only: readonly Attribute[] = ATTRIBUTES,
): Generator<Gaussians> {
  const scratch = allocateGaussians(Math.min(CHUNK, gaussians.count), gaussians.shDegree)
  for (let start = 0; start < gaussians.count; start += CHUNK) {
    const end = Math.min(start + CHUNK, gaussians.count)
    const chunk = sliceGaussians(gaussians, start, end)
    if (move.isIdentity) {
      yield chunk
      continue
    }
    const moved = sliceGaussians(scratch, 0, end - start)
    for (const name of only) move[name](chunk[name], moved[name])
    yield { ...moved, opacities: chunk.opacities }
  }
}
