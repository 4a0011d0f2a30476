import type { WorldRecord } from './record.ts'

/** Two worlds side by side. */
export interface Comparison {
  readonly left: string
  readonly right: string
  /** Both are seen from the same place. */
  readonly isLinked: boolean
}

export type Side = 'left' | 'right'

/** The world that is shown beside the one that was made before it; null where there is but one. */
export function startComparison(
  ready: readonly Pick<WorldRecord, 'id'>[],
  shown: string | null,
): Comparison | null {
  const at = Math.max(
    0,
    ready.findIndex(({ id }) => id === shown),
  )
  const right = ready[at]
  const left = ready[at + 1] ?? ready.find(({ id }) => id !== right?.id)
  return left && right ? { left: left.id, right: right.id, isLinked: true } : null
}

/** Another world on one side; one that stands on the other already changes places. */
export function choose(comparison: Comparison, side: Side, id: string): Comparison {
  const other = side === 'left' ? 'right' : 'left'
  return comparison[other] === id
    ? { ...comparison, [other]: comparison[side], [side]: id }
    : { ...comparison, [side]: id }
}

/** What is left of a comparison when worlds have gone: null unless both are there. */
export const stillThere = (
  comparison: Comparison | null,
  ready: readonly Pick<WorldRecord, 'id'>[],
): Comparison | null =>
  comparison &&
  [comparison.left, comparison.right].every((id) => ready.some((record) => record.id === id))
    ? comparison
    : null
