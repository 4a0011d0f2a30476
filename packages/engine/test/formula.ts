import type { Tensor } from '../src/index.ts'
import { elementCount, floats } from '../src/index.ts'

/** The element of a tensor at a place, one index an axis. */
export type Elements = (...place: readonly number[]) => number

/**
 * An operation in the words of its definition: the element of the result at a place, from elements of the arguments.
 * It is written apart from the reference, from index to index, so that the two can be held against each other.
 */
export type Formula<Args> = (args: Args, of: (x: Tensor) => Elements) => Elements

/** Elements of a tensor of the reference. @throws RangeError past an axis */
export function elementsOf(x: Tensor): Elements {
  const values = floats(x)
  return (...place) => {
    if (
      place.length !== x.shape.length ||
      place.some((at, axis) => !(at >= 0 && at < x.shape[axis]!))
    )
      throw new RangeError(`expected a place in [${x.shape.join(', ')}], got ${place.join(', ')}`)
    return values[place.reduce((sum, at, axis) => sum * x.shape[axis]! + at, 0)]!
  }
}

/** All elements of a result of `shape`, row by row. */
export function evaluate(element: Elements, shape: readonly number[]): Float32Array {
  const place = shape.map(() => 0)
  return new Float32Array(elementCount(shape)).map(() => {
    const value = element(...place)
    for (let axis = place.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--)
      place[axis] = 0
    return value
  })
}

/** The sum of what `term` gives for 0 to `count` (exclusive). */
export function sumOver(count: number, term: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += term(i)
  return sum
}
