/** Opens a folder in the hub's layout: configs, and tables of tensors of which nothing is read. */
import { isConverted, openConverted } from '../converted/open.ts'
import { WeightsError } from './errors.ts'
import type { Checkpoint } from './model-files.ts'
import { attachScales } from './row-scales.ts'
import { openSafetensors, openShardedSafetensors } from './safetensors.ts'
import { readJson, type WeightSource } from './source.ts'
import type { TensorEntry, TensorTable } from './tensor.ts'
import { openTorchCheckpoint } from './torch-checkpoint.ts'

/**
 * Opens a converted model, or a checkpoint folder: `text_encoder/`, `vae/` and `transformer/config.json` as the hub has
 * them, and the model itself as `model.ckpt` or as `model.safetensors` (keys with the prefixes
 * `transformer.` and `recon_decoder.`).
 * @throws WeightsError when a file is missing or damaged.
 */
export async function openCheckpoint(source: WeightSource): Promise<Checkpoint> {
  if (await isConverted(source)) return openConverted(source)
  const [textEncoder, vae, transformer, textTensors, vaeTensors, model] = await Promise.all([
    readJson(source, 'text_encoder/config.json'),
    readJson(source, 'vae/config.json'),
    readJson(source, 'transformer/config.json'),
    openFolder(source, 'text_encoder/model.safetensors'),
    openFolder(source, 'vae/diffusion_pytorch_model.safetensors'),
    openModel(source),
  ])
  return {
    source,
    configs: { textEncoder, vae, transformer },
    textEncoder: textTensors,
    vae: vaeTensors,
    transformer: model.transformer,
    reconDecoder: model.reconDecoder,
  }
}

/** One file, or the shards of the index beside it. */
async function openFolder(source: WeightSource, path: string): Promise<TensorTable> {
  const indexPath = `${path}.index.json`
  const isSharded =
    (await source.size(path)) === undefined && (await source.size(indexPath)) !== undefined
  const tensors = isSharded
    ? await openShardedSafetensors(source, indexPath)
    : await openSafetensors(source, path)
  return table(path, tensors)
}

interface ModelTables {
  transformer: TensorTable
  reconDecoder: TensorTable
}

async function openModel(source: WeightSource): Promise<ModelTables> {
  const hasCkpt = (await source.size('model.ckpt')) !== undefined
  if (!hasCkpt && (await source.size('model.safetensors')) === undefined) {
    throw new WeightsError(
      'weights/missing-file',
      `no file 'model.ckpt' and none 'model.safetensors' in ${source.name}`,
    )
  }
  return hasCkpt ? openCkpt(source, 'model.ckpt') : openPrefixed(source, 'model.safetensors')
}

async function openCkpt(source: WeightSource, path: string): Promise<ModelTables> {
  const dicts = await openTorchCheckpoint(source, path)
  const pick = (name: string) => table(path, dicts.get(name) ?? missing(path, name))
  return { transformer: pick('transformer'), reconDecoder: pick('recon_decoder') }
}

async function openPrefixed(source: WeightSource, path: string): Promise<ModelTables> {
  const tensors = await openSafetensors(source, path)
  const pick = (name: string) => {
    const own = [...tensors].filter(([key]) => key.startsWith(`${name}.`))
    if (own.length === 0) missing(path, name)
    return table(path, new Map(own.map(([key, entry]) => [key.slice(name.length + 1), entry])))
  }
  return { transformer: pick('transformer'), reconDecoder: pick('recon_decoder') }
}

function table(path: string, tensors: ReadonlyMap<string, TensorEntry>): TensorTable {
  return { name: path, tensors: attachScales(tensors) }
}

function missing(path: string, name: string): never {
  throw new WeightsError('weights/missing-key', `${path}: nothing named '${name}'`)
}
