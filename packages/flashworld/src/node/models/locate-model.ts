import { basename, dirname, resolve } from 'node:path'
import type { WeightSource } from '@flashworld/models'
import { FlashWorldError } from '../../errors.ts'
import type { Precision } from '../../precision.ts'
import { embeddedModel } from '../embedded.ts'
import { folderSource } from '../files.ts'
import { fileBytes } from './hub-cache.ts'
import type { Environment } from './hub-settings.ts'
import { hubSettings } from './hub-settings.ts'
import { publishedModels } from './known-models.ts'
import type { ConvertedModel } from './model-places.ts'
import { findConverted } from './model-places.ts'
import { namedFiles } from './named-files.ts'
import { publishedSource } from './published-files.ts'

/** A model that can be loaded. */
export interface LocatedModel {
  /** What requests and records call it. */
  readonly name: string
  /** Its folder or its checkpoint; the same model is found by it. */
  readonly path: string
  readonly source: WeightSource
}

export interface LocateOptions {
  /** What it is to be computed with; without it, what is there. */
  readonly precision?: Precision | undefined
  readonly env?: Environment
}

/**
 * Finds a model by what people call it: `mini`, a model that was fetched and converted, the path of a published
 * `.ckpt`, or a folder in the hub's layout.
 * @throws FlashWorldError `model/missing`
 * @example
 * ```ts
 * import { loadFlashWorld } from 'flashworld'
 * import { locateModel, nodeImages, openEngine } from 'flashworld/node'
 *
 * const { name, source } = await locateModel('mini')
 * using engine = await openEngine({ backend: 'auto' })
 * using world = await loadFlashWorld({ engine, source, name, images: nodeImages })
 * ```
 */
export async function locateModel(
  asked: string,
  { precision, env = process.env }: LocateOptions = {},
): Promise<LocatedModel> {
  if (asked === 'mini') return folderModel(embeddedModel())
  const there = await findConverted(asked, env)
  const converted = suited(there, precision)
  if (converted) return folderModel(converted.folder)
  if (there.length > 0 || publishedModels.has(asked)) {
    throw new FlashWorldError('model/missing', missingWords(asked, precision))
  }
  const path = resolve(asked)
  if ((await fileBytes(path)) === undefined) return folderModel(path)
  const beside = folderModel(dirname(path))
  if (basename(path) === 'model.ckpt' && (await beside.source.size('transformer/config.json')))
    return beside
  const files = await namedFiles(path, publishedModels.get('flashworld')!, hubSettings(env).cache)
  return { name: files.name, path, source: publishedSource(files) }
}

function missingWords(name: string, precision: Precision | undefined): string {
  const to = precision === undefined ? '' : ` for ${precision}`
  const words = `the model ${name} is not on this machine${to}`
  const known = publishedModels.get(name)
  if (!known) return words
  const { disk, device } = known.needs[precision ?? 'int8']
  const [fetched, converted, memory] = [known.bytes, disk, device].map((bytes) =>
    (bytes / 1e9).toFixed(1),
  )
  return `${words}; it takes about ${fetched} GB to fetch, ${converted} GB more of disk, and ${memory} GB of GPU memory`
}

const folderModel = (folder: string): LocatedModel => ({
  name: basename(folder),
  path: folder,
  source: folderSource(folder),
})

/** Of what is there, what loses nothing of what is asked for. */
function suited(
  there: readonly ConvertedModel[],
  precision: Precision | undefined,
): ConvertedModel | undefined {
  if (precision === undefined) return there[0]
  const exact = there.find((converted) => converted.precision === precision)
  return exact ?? there.find((converted) => ['f16', 'f32'].includes(converted.precision))
}
