import { PATH_TEMPLATES } from '@flashworld/camera'
import { didYouMean } from 'flashworld'
import { UsageError } from './command.ts'

export const templateNames = PATH_TEMPLATES.map(({ name }) => name)

/** Names the closest template where one of a path's moves is misspelt; the rest is the library's to check. @throws UsageError */
export function checkPathNames(path: string): void {
  const names = path.split(',').map((move) => move.trim().split(':')[0]!)
  const wrong = names.find((name) => !templateNames.includes(name))
  const near = wrong === undefined ? '' : didYouMean(wrong, templateNames)
  if (near !== '') throw new UsageError(`--path: there is no path '${wrong}'${near}`)
}
