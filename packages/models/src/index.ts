export type { Checkpoint, Config, ModelConfigs, Network } from './weights/model-files.ts'
export { networks } from './weights/model-files.ts'
export { openCheckpoint } from './weights/checkpoint.ts'
export type { WeightsErrorCode } from './weights/errors.ts'
export { WeightsError } from './weights/errors.ts'
export type { E4m3Tensor } from './weights/fp8.ts'
export { quantizeE4m3 } from './weights/fp8.ts'
export { lendBuffer } from './weights/lent-buffers.ts'
export { f32ToF16Bits } from './weights/number-formats.ts'
export { readF16Bits, readF32, readRows } from './weights/read-tensor.ts'
export { quantizeRows, scaleKey } from './weights/row-scales.ts'
export { openSafetensors, openShardedSafetensors } from './weights/safetensors.ts'
export type { WeightSource } from './weights/source.ts'
export { memorySource, readJson } from './weights/source.ts'
export type { TensorEntry, TensorTable } from './weights/tensor.ts'
export { openTorchCheckpoint } from './weights/torch-checkpoint.ts'
export type { TensorData } from './weights/write-safetensors.ts'
export { writeSafetensors } from './weights/write-safetensors.ts'

export type {
  ConvertedFile,
  ConvertedManifest,
  ConvertedSource,
  StoredPrecision,
} from './converted/manifest.ts'
export {
  checkManifest,
  manifestPath,
  storedPrecisions,
  writeManifest,
} from './converted/manifest.ts'
export { isConverted, readManifest } from './converted/open.ts'
export type { ConversionPlan, Maker, PlannedFile, PlanOptions } from './converted/plan.ts'
export { convertedBytes, fileChunks, planConversion } from './converted/plan.ts'

export { withBadStatistics } from './bad-statistics.ts'
export { describeNetworks } from './networks.ts'

export type { BuildOptions } from './parameters/build.ts'
export { parameterBytes, zeroParameters } from './parameters/build.ts'
export type { LoadOptions } from './parameters/load.ts'
export { loadParameters } from './parameters/load.ts'
export type { RandomOptions } from './parameters/random.ts'
export { randomParameters } from './parameters/random.ts'
export type { Parameters, ParameterSpec, ParameterTree } from './parameters/spec.ts'
export { parameterSpecs } from './parameters/spec.ts'

export type { Umt5Config } from './umt5/config.ts'
export { textRows, umt5Config } from './umt5/config.ts'
export type { TokenEmbedding } from './umt5/embedding.ts'
export { randomEmbedding, tokenEmbedding } from './umt5/embedding.ts'
export type { EncodeTextOptions, Umt5, Umt5Params } from './umt5/encoder.ts'
export { encodeText, umt5Parameters } from './umt5/encoder.ts'
export type { Tokenize } from './umt5/tokenizer.ts'
export { loadTokenizer } from './umt5/tokenizer.ts'

export type { WanVaeConfig } from './wan-vae/config.ts'
export { latentStride, wanVaeConfig } from './wan-vae/config.ts'
export type { VaeEncoderParams, WanVaeEncoder } from './wan-vae/encoder.ts'
export { encodeImages, vaeEncoderParameters } from './wan-vae/encoder.ts'
export type { FrameOptions } from './wan-vae/frames.ts'
export type { LatentStatistics } from './wan-vae/latents.ts'
export { latentStatistics, normalizeLatents, restoreLatents } from './wan-vae/latents.ts'

export type { WanTransformerConfig } from './wan-transformer/config.ts'
export { featureChannels, inputChannels, wanTransformerConfig } from './wan-transformer/config.ts'
export type { RopeTables, TokenGrid } from './wan-transformer/rope.ts'
export { ropeTables } from './wan-transformer/rope.ts'
export type { TextContext } from './wan-transformer/text-context.ts'
export { embedText, textContext } from './wan-transformer/text-context.ts'
export type { TimeEmbedding } from './wan-transformer/timestep.ts'
export { embedTimestep } from './wan-transformer/timestep.ts'
export type {
  BlockOptions,
  TransformerInput,
  TransformerOutput,
  WanTransformer,
  WanTransformerParams,
} from './wan-transformer/transformer.ts'
export {
  embedPatches,
  tokenGrid,
  transform,
  transformerParameters,
} from './wan-transformer/transformer.ts'

export type { ReconDecoderConfig } from './recon-decoder/config.ts'
export { gaussiansPerPixel, reconDecoderConfig } from './recon-decoder/config.ts'
export type { ReconDecoder, ReconDecoderParams, ReconInput } from './recon-decoder/decoder.ts'
export { decode, reconDecoderParameters, reconstruct } from './recon-decoder/decoder.ts'
export type { GaussianHeadArgs } from './recon-decoder/gaussian-head/arguments.ts'
export { gaussianHead, gaussianHeadOp } from './recon-decoder/gaussian-head/index.ts'
