import { reconDecoderConfig } from './recon-decoder/config.ts'
import { reconDecoderParameters } from './recon-decoder/decoder.ts'
import { umt5Config } from './umt5/config.ts'
import { umt5Parameters } from './umt5/encoder.ts'
import { wanTransformerConfig } from './wan-transformer/config.ts'
import { transformerParameters } from './wan-transformer/transformer.ts'
import { wanVaeConfig } from './wan-vae/config.ts'
import { vaeEncoderParameters } from './wan-vae/encoder.ts'
import type { ModelConfigs } from './weights/model-files.ts'

/**
 * Each network's sizes and the tree of its parameters.
 * @param features see `featureChannels`
 * @throws WeightsError `weights/config`
 */
export function describeNetworks(configs: ModelConfigs, features: number) {
  const textEncoder = umt5Config(configs.textEncoder)
  const vae = wanVaeConfig(configs.vae)
  const transformer = wanTransformerConfig(configs.transformer, features)
  const reconDecoder = reconDecoderConfig(vae, features)
  return {
    configs: { textEncoder, vae, transformer, reconDecoder },
    trees: {
      textEncoder: umt5Parameters(textEncoder),
      vae: vaeEncoderParameters(vae),
      transformer: transformerParameters(transformer),
      reconDecoder: reconDecoderParameters(reconDecoder),
    },
  }
}
