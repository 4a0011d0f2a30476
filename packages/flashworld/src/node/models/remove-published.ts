import { readdir, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { partOf } from './fetch-file.ts'
import { whileHeld } from './hold.ts'
import { cachedRepository, fileBytes, listCached } from './hub-cache.ts'
import type { PublishedModel, PublishedPart } from './known-models.ts'

/**
 * Removes a model's published files from the hub's cache: our own alone, and of their contents those that no other
 * snapshot has.
 * @returns the bytes that are free again
 * @example
 * ```ts shown
 * import { hubSettings, publishedModels, removePublished } from 'flashworld/node'
 *
 * const freed = await removePublished(publishedModels.get('flashworld')!, hubSettings().cache)
 * console.log(freed / 1e9, 'GB are free again')
 * ```
 */
export async function removePublished({ parts }: PublishedModel, cache: string): Promise<number> {
  let freed = 0
  for (const part of parts) freed += await removePart(part, cache)
  return freed
}

async function removePart(part: PublishedPart, cache: string): Promise<number> {
  const place = cachedRepository(cache, part.repository)
  const blobs = join(place.folder, 'blobs')
  if (!(await readdir(blobs).catch(() => undefined))) return 0
  return whileHeld(place.lock, {}, async () => {
    let freed = 0
    const listing = await listCached(cache, part).catch(() => undefined)
    for (const { name } of listing?.files ?? []) {
      const pointer = place.pointer(listing!.from.revision, name)
      const to = await readlink(pointer).catch(() => undefined)
      await rm(pointer)
      if (to === undefined) continue
      const blob = join(blobs, basename(to))
      if ((await linked(place.folder)).has(basename(to))) continue
      freed += (await fileBytes(blob)) ?? 0
      await rm(blob, { force: true })
    }
    for (const name of await readdir(blobs)) {
      if (!name.endsWith(partOf(''))) continue
      freed += (await fileBytes(join(blobs, name))) ?? 0
      await rm(join(blobs, name))
    }
    if ((await readdir(blobs)).length === 0) await rm(place.folder, { recursive: true })
    return freed
  })
}

/** The contents to which any snapshot has a link. */
async function linked(folder: string): Promise<Set<string>> {
  const entries = await readdir(join(folder, 'snapshots'), { recursive: true, withFileTypes: true })
  const links = entries.filter((entry) => entry.isSymbolicLink())
  return new Set(
    await Promise.all(
      links.map(async ({ parentPath, name }) => basename(await readlink(join(parentPath, name)))),
    ),
  )
}
