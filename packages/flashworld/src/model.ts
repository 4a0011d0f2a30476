import type { Engine, EngineUse } from '@flashworld/engine'
import type {
  BuildOptions,
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
import type { MemoryPlan, PlanFacts, Planner } from './memory/plan.ts'
import { isHeld, residentPlan } from './memory/plan.ts'

/**
 * The published model's networks on an engine. What computes with them is given that engine, or that of a use or scope
 * of it.
 */
export interface Model extends Disposable {
  readonly engine: Engine
  readonly tokenize: Tokenize
  readonly plan: MemoryPlan
  readonly textEncoder: Umt5
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
  /** Decides what is on the device; default: everything. */
  readonly plan?: Planner
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
 * @example
 * ```ts
 * import { embeddedModel, folderSource, openEngine } from 'flashworld/node'
 * import { loadModel } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using model = await loadModel({ engine, source: folderSource(embeddedModel()) })
 * console.log(model.transformer.config.layers)
 * ```
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

/**
 * A model of seeded random weights, for measuring without a checkpoint. Its tokenizer gives one id a letter.
 * @example
 * ```ts shown
 * import { openEngine } from 'flashworld/node'
 * import { publishedConfigs, publishedFeatures, randomModel } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'webgpu' })
 * using model = await randomModel({
 *   engine,
 *   configs: publishedConfigs,
 *   features: publishedFeatures,
 *   seed: 1,
 * })
 * ```
 */
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

interface Parts extends Omit<ModelOptions, 'plan'> {
  readonly plan?: (facts: PlanFacts) => MemoryPlan | Promise<MemoryPlan>
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
  const { engine } = loading
  const { configs: sizes, trees } = describeNetworks(configs, features)
  const plan = (await parts.plan?.({ configs, features, engine })) ?? residentPlan(loading)
  const total = networks.reduce((sum, name) => sum + parameterBytes(engine, trees[name]), 0)
  let before = 0
  const filled = <T extends Tree>(name: Network, tree: T) => {
    const start = before
    before += parameterBytes(engine, tree)
    return fill(engine, tree, name, {
      isHeld: isHeld(plan, name),
      ...(signal && { signal }),
      onProgress: (done) => onProgress?.((start + done) / total),
    })
  }
  const ready =
    rehearse &&
    engine.prepare(async (engine) =>
      rehearse(engine, await standIn(configs, features, { engine, plan })),
    )
  ready?.catch(() => {}) // seen below, unless the weights fail before
  const nets = loading.keep({
    textEncoder: {
      config: sizes.textEncoder,
      embedding: embedding(sizes.textEncoder),
      params: await filled('textEncoder', trees.textEncoder),
    },
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
  await ready
  const dispose = () => parts.engine.release(nets)
  return {
    engine: parts.engine,
    tokenize,
    plan,
    vaeConfig: sizes.vae,
    ...nets,
    dispose,
    [Symbol.dispose]: dispose,
  }
}

/** A model on an engine that computes nothing. */
export async function standIn(
  configs: ModelConfigs,
  features: number,
  { engine, plan }: { readonly engine: Engine; readonly plan: MemoryPlan },
): Promise<Model> {
  using loading = engine.use('a rehearsal')
  return await build(configs, features, {
    engine,
    loading,
    plan: () => plan,
    tokenize: letters,
    embedding:
      ({ width }) =>
      (ids) =>
        Promise.resolve(new Float32Array(ids.length * width)),
    fill: (engine, tree, _name, options) => zeroParameters(engine, tree, options),
  })
}

/** One token a letter. */
const letters: Tokenize = (text) =>
  Int32Array.from(text.slice(0, 512), (letter) => letter.charCodeAt(0))
