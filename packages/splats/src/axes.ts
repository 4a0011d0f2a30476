import type { Mat3 } from '@flashworld/math'
import { SplatsError } from './splats-error.ts'

type Side = 'R' | 'L'
type Height = 'U' | 'D'
type Depth = 'F' | 'B'

/**
 * Where x, y and z point: one letter each of right/left, up/down, front/back. `RUB` is three.js
 * and OpenGL, `RDF` is OpenCV and 3DGS. 48 frames, half of them left-handed.
 */
export type Axes =
  | `${Side}${Height}${Depth}`
  | `${Side}${Depth}${Height}`
  | `${Height}${Side}${Depth}`
  | `${Height}${Depth}${Side}`
  | `${Depth}${Side}${Height}`
  | `${Depth}${Height}${Side}`

/** Frame of every cloud in memory. */
export const MEMORY_AXES: Axes = 'RUB'

/**
 * Frame to write for a program so that a scene stands upright and faces its default camera there.
 * `supersplat` turns what it loads by 180 degrees about z; Unity (RUF) and Unreal (FRU) are
 * left-handed, so the file is a mirror image that the program's frame mirrors back.
 */
export const TARGET_AXES = {
  spark: 'RUB',
  supersplat: 'LDB',
  unity: 'RUF',
  blender: 'RFU',
  unreal: 'FRU',
} as const satisfies Record<string, Axes>

/** A program that {@link TARGET_AXES} knows. */
export type AxesTarget = keyof typeof TARGET_AXES

const DIRECTIONS: Record<string, readonly number[]> = {
  R: [1, 0, 0],
  L: [-1, 0, 0],
  U: [0, 1, 0],
  D: [0, -1, 0],
  B: [0, 0, 1],
  F: [0, 0, -1],
}

/**
 * True for the three letters of a frame, in capitals.
 * @example
 * ```ts
 * import { isAxes } from '@flashworld/splats'
 *
 * console.log(isAxes('RUB'), isAxes('RRB')) // true false
 * ```
 */
export function isAxes(text: string): text is Axes {
  return /^(?=.*[RL])(?=.*[UD])(?=.*[FB])[RLUDFB]{3}$/.test(text)
}

/**
 * Frame from a user's word: three letters (`rdf`) or a target (`blender`), any case.
 * @throws {SplatsError} `splats/bad-argument` for anything else.
 * @example
 * ```ts
 * import { parseAxes } from '@flashworld/splats'
 *
 * console.log(parseAxes('rdf'), parseAxes('blender')) // 'RDF' 'RFU'
 * ```
 */
export function parseAxes(text: string): Axes {
  const target = Object.entries(TARGET_AXES).find(([name]) => name === text.toLowerCase())
  const axes = target?.[1] ?? text.toUpperCase()
  if (isAxes(axes)) return axes
  throw new SplatsError(
    'splats/bad-argument',
    `parseAxes: expected three letters such as RUB or one of ` +
      `${Object.keys(TARGET_AXES).join(', ')}, got '${text}'`,
  )
}

/**
 * Matrix that takes coordinates in frame `from` to coordinates in frame `to`.
 * @example
 * ```ts
 * import { axesMatrix } from '@flashworld/splats'
 *
 * console.log(axesMatrix('RUB', 'RDF')) // y and z the other way round
 * ```
 */
export function axesMatrix(from: Axes, to: Axes): Mat3 {
  const rows = [...to].map((letter) => DIRECTIONS[letter]!)
  const columns = [...from].map((letter) => DIRECTIONS[letter]!)
  return rows.flatMap((row) => columns.map((column) => dot(row, column))) as unknown as Mat3
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!
}
