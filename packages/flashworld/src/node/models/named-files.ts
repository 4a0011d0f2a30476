import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { FlashWorldError } from '../../errors.ts'
import { cachedRepository, fileBytes, listCached, namesWithin } from './hub-cache.ts'
import { wanted } from './hub-listing.ts'
import type { PublishedModel, PublishedPart } from './known-models.ts'
import type { PublishedFile, PublishedFiles } from './published-files.ts'

const checkpointName = 'model.ckpt'

/**
 * The published files of a checkpoint that somebody has: `path` is the checkpoint, or a folder with it. The rest lies
 * beside it, else in the hub's cache.
 * @throws FlashWorldError `model/missing`
 * @example
 * ```ts shown
 * import { hubSettings, namedFiles, publishedModels, publishedSource } from 'flashworld/node'
 *
 * const model = publishedModels.get('flashworld')!
 * const source = publishedSource(await namedFiles('/models/model.ckpt', model, hubSettings().cache))
 * ```
 */
export async function namedFiles(
  path: string,
  model: PublishedModel,
  cache: string,
): Promise<PublishedFiles> {
  const place = resolve(path)
  const found = await stat(place).catch(() => undefined)
  if (!found) throw missing(`there is no ${place}`)
  const checkpoint = found.isDirectory() ? join(place, checkpointName) : place
  const folder = dirname(checkpoint)
  const files = new Map([[checkpointName, await namedFile(checkpoint)]])
  for (const part of model.parts.filter(({ names }) => !names.includes(checkpointName)))
    for (const [name, file] of await partFiles(part, folder, cache)) files.set(name, file)
  const stem = basename(checkpoint, '.ckpt')
  return { name: stem === 'model' ? model.name : stem, files }
}

/**
 * The published files that were fetched before.
 * @throws FlashWorldError `model/missing`
 * @example
 * ```ts shown
 * import { cachedFiles, hubSettings, publishedModels, publishedSource } from 'flashworld/node'
 *
 * const files = await cachedFiles(publishedModels.get('flashworld')!, hubSettings().cache)
 * const source = publishedSource(files) // for `loadFlashWorld`
 * ```
 */
export async function cachedFiles(
  { name, parts }: PublishedModel,
  cache: string,
): Promise<PublishedFiles> {
  const files = await Promise.all(parts.map((part) => cachedPart(part, cache)))
  return { name, files: new Map(files.flat()) }
}

async function partFiles(part: PublishedPart, folder: string, cache: string) {
  if ((await fileBytes(join(folder, part.names[0]!))) === undefined)
    return cachedPart(part, cache, `there is no ${part.names[0]} beside the checkpoint, and `)
  const files = wanted(part, await namesWithin(folder)).map(async (name) =>
    named(name, await namedFile(join(folder, name))),
  )
  return Promise.all(files)
}

const named = (name: string, file: PublishedFile): [string, PublishedFile] => [name, file]

async function cachedPart(part: PublishedPart, cache: string, beginning = '') {
  const { files, from } = await listCached(cache, part).catch((cause: Error) => {
    throw missing(`${beginning}${cause.message}`)
  })
  const { pointer } = cachedRepository(cache, part.repository)
  return files.map(({ name, bytes, content }) =>
    named(name, {
      ...{ path: pointer(from.revision, name), bytes, from },
      ...(content.length === 64 && { sha256: content }),
    }),
  )
}

async function namedFile(path: string): Promise<PublishedFile> {
  const bytes = await fileBytes(path)
  if (bytes === undefined) throw missing(`there is no file ${path}`)
  return { path, bytes }
}

const missing = (message: string) => new FlashWorldError('model/missing', message)
