/** Opens a converted model: its tensors are parameters as an engine takes them. */
import type { Checkpoint, Network } from '../weights/model-files.ts'
import { WeightsError } from '../weights/errors.ts'
import { attachScales } from '../weights/row-scales.ts'
import { openSafetensors } from '../weights/safetensors.ts'
import { readJson, type WeightSource } from '../weights/source.ts'
import type { TensorEntry, TensorTable } from '../weights/tensor.ts'
import type { ConvertedManifest } from './manifest.ts'
import { checkManifest, manifestPath } from './manifest.ts'
import { joinPieces } from './pieces.ts'

/** Each network's folder. */
export const networkFolders: Readonly<Record<Network, string>> = {
  textEncoder: 'text_encoder',
  vae: 'vae',
  transformer: 'transformer',
  reconDecoder: 'recon_decoder',
}

/** Whether a source is a converted model. */
export const isConverted = async (source: WeightSource): Promise<boolean> =>
  (await source.size(manifestPath)) !== undefined

/**
 * The manifest of a converted model.
 * @throws WeightsError `weights/missing-file`, `weights/json`, `weights/manifest`, `weights/outdated`
 * @example
 * ```ts shown
 * import { convertedFolder, folderSource, readManifest } from 'flashworld/node'
 *
 * const { precision, files } = await readManifest(folderSource(convertedFolder('flashworld', 'int8')))
 * console.log(precision, files.length)
 * ```
 */
export const readManifest = async (source: WeightSource): Promise<ConvertedManifest> =>
  checkManifest(await readJson(source, manifestPath))

/** @throws WeightsError when a file is missing or damaged */
export async function openConverted(source: WeightSource): Promise<Checkpoint> {
  const manifest = await readManifest(source)
  const open = (network: Network) => openNetwork(source, manifest, network)
  const [textEncoder, vae, transformer, ...tables] = await Promise.all([
    readJson(source, 'text_encoder/config.json'),
    readJson(source, 'vae/config.json'),
    readJson(source, 'transformer/config.json'),
    open('textEncoder'),
    open('vae'),
    open('transformer'),
    open('reconDecoder'),
  ])
  return {
    source,
    configs: { textEncoder, vae, transformer },
    textEncoder: tables[0],
    vae: tables[1],
    transformer: tables[2],
    reconDecoder: tables[3],
  }
}

async function openNetwork(
  source: WeightSource,
  { files, layouts }: ConvertedManifest,
  network: Network,
): Promise<TensorTable> {
  const folder = networkFolders[network]
  const paths = files
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.safetensors'))
  const tensors = new Map<string, TensorEntry>()
  for (const shard of await Promise.all(paths.map((path) => openSafetensors(source, path)))) {
    for (const [key, entry] of shard) {
      if (tensors.has(key))
        throw new WeightsError(
          'weights/header',
          `${entry.file}: '${key}' stands in another file too`,
        )
      tensors.set(key, entry)
    }
  }
  return { name: folder, tensors: attachScales(joinPieces(tensors)), layout: layouts[network] }
}
