import type { Engine } from '@flashworld/engine'
import type {
  Checkpoint,
  LatentStatistics,
  ParameterTree,
  Parameters,
  ReconDecoder,
  Tokenize,
  Umt5,
  WanTransformer,
  WanVaeConfig,
  WanVaeEncoder,
  WeightSource,
} from '@flashworld/models'
import {
  featureChannels,
  latentStatistics,
  loadParameters,
  loadTokenizer,
  openCheckpoint,
  parameterBytes,
  reconDecoderConfig,
  reconDecoderParameters,
  transformerParameters,
  umt5Config,
  umt5Parameters,
  vaeEncoderParameters,
  wanTransformerConfig,
  wanVaeConfig,
} from '@flashworld/models'

/** The published model's networks on an engine. */
export interface Model {
  readonly engine: Engine
  readonly tokenize: Tokenize
  readonly textEncoder: Umt5
  readonly vaeConfig: WanVaeConfig
  readonly vaeEncoder: WanVaeEncoder
  readonly latents: LatentStatistics
  readonly transformer: WanTransformer
  readonly reconDecoder: ReconDecoder
}
