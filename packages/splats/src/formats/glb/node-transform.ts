import type { Mat3, Quat } from '@flashworld/math'
import { quatToMat3 } from '@flashworld/math'
import { SplatsError } from '../../splats-error.ts'
import type { Similarity } from '../../transform.ts'
import type { Fields } from './document.ts'
import { numbersOf } from './document.ts'

/** `p' = linear p + translation`, the linear part row by row. */
interface Affine {
  readonly linear: readonly number[]
  readonly translation: readonly number[]
}

const IDENTITY: Affine = { linear: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] }

/**
 * The movement of a chain of nodes, from the root down.
 * @throws {SplatsError} `splats/unsupported` where they shear or scale one axis more than another
 */
export function nodesTransform(nodes: readonly Fields[]): Similarity {
  return similarity(nodes.map(nodeAffine).reduce(compose, IDENTITY))
}

function nodeAffine(node: Fields): Affine {
  if (node.matrix !== undefined) {
    const m = numbersOf(node.matrix, 'a matrix', 16)
    // column by column in the file
    const linear = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => m[column * 4 + row]!))
    return { linear, translation: m.slice(12, 15) }
  }
  const [x, y, z, w] = numbersOf(node.rotation ?? [0, 0, 0, 1], 'a rotation', 4)
  const scale = numbersOf(node.scale ?? [1, 1, 1], 'a scale', 3)
  const turn = quatToMat3([w, x, y, z] as Quat)
  return {
    linear: turn.map((value, i) => value * scale[i % 3]!),
    translation: numbersOf(node.translation ?? [0, 0, 0], 'a translation', 3),
  }
}

/** First `inner`, then `outer`. */
function compose(outer: Affine, inner: Affine): Affine {
  const times = (row: number, column: readonly number[]) =>
    outer.linear[row * 3]! * column[0]! +
    outer.linear[row * 3 + 1]! * column[1]! +
    outer.linear[row * 3 + 2]! * column[2]!
  const columns = [0, 1, 2].map((j) => [
    inner.linear[j]!,
    inner.linear[j + 3]!,
    inner.linear[j + 6]!,
  ])
  return {
    linear: [0, 1, 2].flatMap((row) => columns.map((column) => times(row, column))),
    translation: [0, 1, 2].map((row) => times(row, inner.translation) + outer.translation[row]!),
  }
}

function similarity({ linear, translation }: Affine): Similarity {
  const row = (i: number) => linear.slice(i * 3, i * 3 + 3)
  const dot = (i: number, j: number) =>
    row(i).reduce((sum, value, k) => sum + value * row(j)[k]!, 0)
  const scale = Math.sqrt(dot(0, 0))
  const isSimilar = [0, 1, 2].every((i) =>
    [0, 1, 2].every((j) => Math.abs(dot(i, j) / scale ** 2 - (i === j ? 1 : 0)) < 1e-4),
  )
  if (!isSimilar) {
    throw new SplatsError(
      'splats/unsupported',
      `readGlb: expected nodes that scale all axes alike, got the matrix ${linear.join(' ')}`,
    )
  }
  return {
    matrix: linear.map((value) => value / scale) as unknown as Mat3,
    scale,
    translation: translation as [number, number, number],
  }
}
