import { FlashWorldError } from 'flashworld'
import type { PublishedModel } from 'flashworld/node'
import { publishedModels } from 'flashworld/node'
import { didYouMean } from '../../did-you-mean.ts'

/** @throws FlashWorldError `model/unknown` */
export function knownModel(name: string): PublishedModel {
  const known = publishedModels.get(name)
  if (known) return known
  const names = [...publishedModels.keys()]
  throw new FlashWorldError(
    'model/unknown',
    `expected a model that can be fetched (${names.join(', ')}), got '${name}'${didYouMean(name, names)}`,
  )
}

export const notHere = (name: string) =>
  new FlashWorldError('model/missing', `the model ${name} is not on this machine`)
