import type { Engine, EngineUse, Tensor } from '@flashworld/engine'
import type {
  BuildOptions,
  EncodeTextOptions,
  LatentStatistics,
  ModelConfigs,
  Network,
  Parameters,
  ParameterTree,
  ReconDecoder,
  TokenEmbedding,
  Tokenize,
  Umt5,
  WanTransformer,
  WanVaeConfig,
  WanVaeEncoder,
  WeightSource,
} from '@flashworld/models'
import {
  describeNetworks,
  encodeText,
  featureChannels,
  latentStatistics,
  loadParameters,
  loadTokenizer,
  networks,
  openCheckpoint,
  parameterBytes,
  randomEmbedding,
  randomParameters,
  tokenEmbedding,
  withBadStatistics,
  zeroParameters,
} from '@flashworld/models'

/**
 * The published model's networks on an engine. What computes with them is given that engine, or that of a use or scope
 * of it.
 */
export interface Model extends Disposable {
  readonly engine: Engine
  readonly tokenize: Tokenize
  /**
   * Ids of a sentence to the text encoder's rows `[ids.length, textWidth]`, f32.
   * @throws WeightsError, EngineError; what `onBlock` throws, the signal's reason
   */
  encodeText(
    engine: Engine,
    ids: ArrayLike<number>,
    options?: EncodeTextOptions & Pick<ModelOptions, 'signal'>,
  ): Promise<Tensor>
  readonly vaeConfig: WanVaeConfig
  readonly vaeEncoder: WanVaeEncoder
  readonly latents: LatentStatistics
  readonly transformer: WanTransformer
  readonly reconDecoder: ReconDecoder
  dispose(): void
}

/** Where a model goes, and what may be said on the way. */
export interface ModelOptions {
  readonly engine: Engine
  /**
   * Loads the text encoder for each sentence and frees it again, instead of keeping it: of the published model, 9 GB
   * less on the device, for the time that reading them takes.
   */
  readonly offloadText?: boolean
  /**
   * What the model will do. A GPU compiles its kernels while the weights are loaded, by having it done on an engine that
   * computes nothing; without it each is compiled when it is first met.
   */
  readonly rehearse?: (engine: Engine, model: Model) => Promise<unknown>
  readonly signal?: AbortSignal
  /** Part of the weights that is on the engine, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}

/**
 * Loads a checkpoint in the hub's layout.
 * @throws WeightsError, EngineError (`engine/busy` while something else has the engine); the signal's reason
 */
export async function loadModel({
  source,
  ...options
}: ModelOptions & { source: WeightSource }): Promise<Model> {
  using loading = options.engine.use('loading a model')
  const [checkpoint, tokenize] = await Promise.all([openCheckpoint(source), loadTokenizer(source)])
  const { configs } = checkpoint
  const features = featureChannels(configs.transformer, checkpoint.transformer)
  return await build(configs, features, {
    ...options,
    loading,
    tokenize,
    embedding: (config) => tokenEmbedding(checkpoint.textEncoder, config),
    fill: (engine, tree, name, build) =>
      loadParameters(engine, tree, { table: checkpoint[name], ...build }),
  })
}

/** Random weights: `random` are even normal numbers, `bad` have overflows and outliers as trained ones do. */
export interface RandomWeights {
  readonly statistics?: 'random' | 'bad'
  readonly seed: number
}

/** A model of seeded random weights, for measuring without a checkpoint. Its tokenizer gives one id a letter. */
export async function randomModel({
  configs,
  features,
  seed,
  statistics = 'random',
  ...options
}: ModelOptions & RandomWeights & { configs: ModelConfigs; features: number }): Promise<Model> {
  using loading = options.engine.use('making a model')
  return await build(configs, features, {
    ...options,
    loading,
    tokenize: letters,
    embedding: randomEmbedding,
    fill: (engine, tree, name, build) =>
      randomParameters(engine, statistics === 'bad' ? withBadStatistics(name, tree) : tree, {
        ...build,
        seed: seed + networks.indexOf(name),
      }),
  })
}

type Tree = ParameterTree & object

interface Parts extends ModelOptions {
  readonly loading: EngineUse
  readonly tokenize: Tokenize
  readonly embedding: (config: Umt5['config']) => TokenEmbedding
  readonly fill: <T extends Tree>(
    engine: Engine,
    tree: T,
    name: Network,
    options: BuildOptions,
  ) => Promise<Parameters<T>>
}

async function build(configs: ModelConfigs, features: number, parts: Parts): Promise<Model> {
  const { loading, tokenize, embedding, fill, rehearse, signal, onProgress } = parts
  const { offloadText = false } = parts
  const { engine } = loading
  const { configs: sizes, trees } = describeNetworks(configs, features)
  const kept = [
    ...(offloadText ? [] : [trees.textEncoder]),
    trees.vae,
    trees.transformer,
    trees.reconDecoder,
  ]
  const total = kept.reduce<number>((sum, tree) => sum + parameterBytes(engine, tree), 0)
  let before = 0
  const filled = <T extends Tree>(name: Network, tree: T) => {
    const start = before
    before += parameterBytes(engine, tree)
    return fill(engine, tree, name, {
      ...(signal && { signal }),
      onProgress: (done) => onProgress?.((start + done) / total),
    })
  }
  const ready =
    rehearse &&
    engine.prepare(async (engine) => rehearse(engine, await standIn(configs, features, engine)))
  ready?.catch(() => {}) // seen below, unless the weights fail before
  const text = { config: sizes.textEncoder, embedding: embedding(sizes.textEncoder) }
  const encodeOnce: Model['encodeText'] = async (engine, ids, { signal, ...options } = {}) => {
    const rows = await engine.scope(async (engine) => {
      const params = await fill(engine, trees.textEncoder, 'textEncoder', {
        ...(signal && { signal }),
      })
      return encodeText(engine, { ...text, params }, ids, options)
    })
    engine.trim() // or the freed weights stay for re-use
    return rows
  }
  const textParams = offloadText ? undefined : await filled('textEncoder', trees.textEncoder)
  const nets = loading.keep({
    vaeEncoder: { config: sizes.vae, params: await filled('vae', trees.vae) },
    latents: latentStatistics(engine, sizes.vae),
    transformer: {
      config: sizes.transformer,
      params: await filled('transformer', trees.transformer),
    },
    reconDecoder: {
      config: sizes.reconDecoder,
      params: await filled('reconDecoder', trees.reconDecoder),
    },
  })
  loading.keep(textParams)
  await ready
  const dispose = () => parts.engine.release([textParams, nets])
  return {
    engine: parts.engine,
    tokenize,
    encodeText: textParams
      ? (engine, ids, options) => encodeText(engine, { ...text, params: textParams }, ids, options)
      : encodeOnce,
    vaeConfig: sizes.vae,
    ...nets,
    dispose,
    [Symbol.dispose]: dispose,
  }
}

/** A model on an engine that computes nothing. */
async function standIn(configs: ModelConfigs, features: number, engine: Engine): Promise<Model> {
  using loading = engine.use('a rehearsal')
  return await build(configs, features, {
    engine,
    loading,
    tokenize: letters,
    embedding:
      ({ width }) =>
      (ids) =>
        Promise.resolve(new Float32Array(ids.length * width)),
    fill: zeroParameters,
  })
}

/** One token a letter. */
const letters: Tokenize = (text) =>
  Int32Array.from(text.slice(0, 512), (letter) => letter.charCodeAt(0))
