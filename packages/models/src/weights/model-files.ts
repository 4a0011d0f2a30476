/** A model's files, opened: configs, and tables of tensors of which nothing is read. */
import type { WeightSource } from './source.ts'
import type { TensorTable } from './tensor.ts'

/** The content of a `config.json`. */
export type Config = Readonly<Record<string, unknown>>

/** The contents of the three `config.json` of the hub's layout. */
export interface ModelConfigs {
  readonly textEncoder: Config
  readonly vae: Config
  readonly transformer: Config
}

export const networks = ['textEncoder', 'vae', 'transformer', 'reconDecoder'] as const

export type Network = (typeof networks)[number]

export interface Checkpoint extends Readonly<Record<Network, TensorTable>> {
  readonly source: WeightSource
  readonly configs: ModelConfigs
}
