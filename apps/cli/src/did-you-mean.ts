import { closestName } from '@flashworld/camera'

/** The end of a message about a word that is not in the list: the closest one that is, if two typing errors lead to it. */
export function didYouMean(word: string, list: readonly string[], prefix = ''): string {
  const closest = closestName(word, list)
  return closest === undefined ? '' : `; did you mean ${prefix}${closest}?`
}
