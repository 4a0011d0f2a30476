import type { Axes } from '../axes.ts'
import { MEMORY_AXES } from '../axes.ts'
import type { Gaussians } from '../gaussians.ts'
import { allocateGaussians, checkGaussians, sliceGaussians } from '../gaussians.ts'
import type { PreparedTransform } from '../transform.ts'
import { axesChange, prepareTransform } from '../transform.ts'
import { compactor, makeValid } from '../validity.ts'
import type { Pace } from './pace.ts'
import { pacer } from './pace.ts'

/** What every writer takes. */
export interface WriteOptions {
  /** Frame of the file; each format has its habitual one as default. */
  readonly axes?: Axes
  /** Factor on positions and scales, > 0; the scene's normalisation T gives back its units. */
  readonly scale?: number
  /** Hears a sentence about everything in the cloud that the file does not hold. */
  readonly onNote?: (note: string) => void
  /** Ends the writing; the generator then throws its reason. */
  readonly signal?: AbortSignal
}

/** What every reader takes. */
export interface ReadOptions {
  /** Frame of the file, if it does not name it itself; default the format's habitual one. */
  readonly axes?: Axes
  /** Ends the reading; the promise is then rejected with its reason. */
  readonly signal?: AbortSignal
}

/** What every reader returns. */
export interface SplatFile {
  /** The cloud, turned to RUB. */
  readonly gaussians: Gaussians
  /** Gaussians left out because a value was not finite, a scale negative or a rotation 0. */
  readonly dropped: number
  /** Frame that the file was taken to be in. */
  readonly axes: Axes
  /** What the file holds and the cloud does not, and what was assumed: a sentence each. */
  readonly notes: readonly string[]
}

/** What a reader found in a file before the last step. */
export interface RawFile {
  /** In the file's frame, not yet checked; its memory becomes the result's. */
  readonly cloud: Gaussians
  /** Frame that the file names itself. */
  readonly declared?: Axes
  /** Frame of such files that name none. */
  readonly habitual: Axes
  readonly notes?: readonly string[]
}

/** The readers' last step: invalid Gaussians out, then from the file's frame to RUB, in place. */
export async function finishRead(
  { cloud, declared, habitual, notes = [] }: RawFile,
  options: ReadOptions,
  pace: Pace = pacer(options.signal),
): Promise<SplatFile> {
  const axes = declared ?? options.axes ?? habitual
  const move = prepareTransform(axesChange(axes, MEMORY_AXES), cloud.shDegree)
  const compact = compactor(cloud)
  let clamped = 0
  for (let start = 0; start < cloud.count; start += CHUNK) {
    const end = Math.min(start + CHUNK, cloud.count)
    const chunk = sliceGaussians(cloud, start, end)
    clamped += makeValid(chunk)
    if (!move.isIdentity) {
      for (const name of ATTRIBUTES) move[name](chunk[name], chunk[name])
    }
    compact.keepOf(start, end)
    await pace()
  }
  const gaussians = compact.kept()
  return {
    gaussians,
    dropped: cloud.count - gaussians.count,
    axes,
    notes: [...notes, ...finishNotes({ clamped, declared, asked: options.axes })],
  }
}

function finishNotes(found: { clamped: number; declared?: Axes; asked?: Axes }): string[] {
  const { clamped, declared, asked } = found
  const notes: string[] = []
  if (declared !== undefined && asked !== undefined && asked !== declared) {
    notes.push(`the file names its axes, ${declared}; they were not taken to be ${asked}`)
  }
  if (clamped > 0) notes.push(`${clamped} opacities outside 0 to 1 were clamped`)
  return notes
}

/** Gaussians per chunk: a few hundred kilobytes, whatever the format. */
const CHUNK = 4096

/**
 * Checks a cloud and prepares the change from RUB to the file's frame and units.
 * @throws {SplatsError} `splats/bad-argument` if arrays and count disagree, or scale is not > 0.
 */
export function prepareWrite(gaussians: Gaussians, axes: Axes, scale = 1): PreparedTransform {
  checkGaussians('write', gaussians)
  return prepareTransform(axesChange(MEMORY_AXES, axes, scale), gaussians.shDegree)
}

/** For a file that cannot name its frame: says so where it is not the one that readers assume. */
export function noteUnnamedAxes(what: string, axes: Axes, habitual: Axes, options: WriteOptions) {
  if (axes === habitual) return
  options.onNote?.(
    `${what} cannot name its axes: readers take them for ${habitual} unless they are told ${axes}`,
  )
}

/** Arrays of a cloud that a change of frame touches. */
export type Attribute = 'positions' | 'scales' | 'rotations' | 'sh'
const ATTRIBUTES: readonly Attribute[] = ['positions', 'scales', 'rotations', 'sh']

/** How a writer goes through a cloud. */
export interface CloudPass {
  readonly gaussians: Gaussians
  readonly move: PreparedTransform
  readonly pace: Pace
}

/**
 * The cloud in the file's frame, chunk after chunk. A chunk is valid until the next is asked; only
 * its opacities and the attributes of `only` are (formats of planes pass once for each).
 */
export async function* cloudChunks(
  { gaussians, move, pace }: CloudPass,
  only: readonly Attribute[] = ATTRIBUTES,
): AsyncGenerator<Gaussians> {
  const scratch = allocateGaussians(Math.min(CHUNK, gaussians.count), gaussians.shDegree)
  for (let start = 0; start < gaussians.count; start += CHUNK) {
    await pace()
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
