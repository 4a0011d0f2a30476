/** The end of a message about a word that is not in the list: the closest one that is, if two typing errors lead to it or it begins so. */
export function didYouMean(word: string, list: readonly string[], prefix = ''): string {
  const [closest] = list
    .map((known) => ({ known, errors: isBeginning(word, known) ? 0 : editDistance(word, known) }))
    .filter(({ errors }) => errors <= 2)
    .sort((a, b) => a.errors - b.errors)
  return closest ? `; did you mean ${prefix}${closest.known}?` : ''
}

const isBeginning = (word: string, known: string) => word.length >= 3 && known.startsWith(word)

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
