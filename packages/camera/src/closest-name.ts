/**
 * The name of a list that two typing errors at most lead to from a word, if there is one.
 * @example
 * ```ts
 * import { closestName } from '@flashworld/camera'
 *
 * console.log(closestName('orbit-lefft', ['orbit-left', 'orbit-right'])) // 'orbit-left'
 * ```
 */
export function closestName(word: string, names: readonly string[]): string | undefined {
  const [closest] = names
    .map((name) => ({ name, errors: editDistance(word, name) }))
    .filter(({ errors }) => errors <= 2)
    .sort((a, b) => a.errors - b.errors)
  return closest?.name
}

/** How many letters must be put in, left out or changed to make one word of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}
