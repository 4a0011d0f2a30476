import type { LocatedModel } from 'flashworld/node'
import { locateModel } from 'flashworld/node'
import type { ServerOptions } from './options.ts'

/** The model that the options name. @throws FlashWorldError `model/missing` */
export const givenModel = ({
  model,
  precision,
}: Pick<ServerOptions, 'model' | 'precision'>): Promise<LocatedModel> =>
  locateModel(model, { precision: precision === 'auto' ? undefined : precision })
