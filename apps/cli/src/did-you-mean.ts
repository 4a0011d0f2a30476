import { closestName } from '@flashworld/camera'

/** The end of a message about a word that is not in the list: the one that begins so, or that typing errors lead to. */
export function didYouMean(word: string, list: readonly string[], prefix = ''): string {
  const begun = word.length >= 3 ? list.find((known) => known.startsWith(word)) : undefined
  const closest = begun ?? closestName(word, list)
  return closest === undefined ? '' : `; did you mean ${prefix}${closest}?`
}
