import { FlashWorldError } from '../../errors.ts'
import { contentHash, hashFile } from './content-hash.ts'
import { fetchFile, partOf } from './fetch-file.ts'
import { whileHeld } from './hold.ts'
import type { CachedRepository } from './hub-cache.ts'
import { cachedRepository, fileBytes, linkPointer, listCached, saveRef } from './hub-cache.ts'
import type { HubFile, Listing } from './hub-listing.ts'
import { listPublished } from './hub-listing.ts'
import type { Hub, Waiting } from './hub-request.ts'
import type { PublishedModel, PublishedPart } from './known-models.ts'
import type { PublishedFile, PublishedFiles } from './published-files.ts'

/** What a pull will fetch. */
export interface PullPlan {
  readonly model: PublishedModel
  readonly listings: readonly Listing[]
  readonly files: readonly PlannedFile[]
  /** What the hub could not be asked for; the plan then stands on what is here. */
  readonly unasked: FlashWorldError | undefined
}

/** A file that a pull will fetch, and how much of it is here. */
export interface PlannedFile {
  readonly name: string
  readonly repository: string
  readonly bytes: number
  /** Bytes that are here already. */
  readonly here: number
}

export interface PullOptions extends Waiting {
  readonly onProgress?: (progress: PullProgress) => void
  /** Another process fetches the same; this one waits for it. */
  readonly onHeld?: () => void
}

export interface PullProgress {
  readonly name: string
  readonly activity: 'checking' | 'fetching'
  /** Bytes of this file. */
  readonly done: number
  readonly total: number
}

/**
 * Asks the hub what there is, and looks what of it is here. Without a network the cache alone is asked.
 * @throws FlashWorldError `hub/...`; the signal's reason
 * @example
 * ```ts shown
 * import { hubSettings, planPull, publishedModels, usualPatience } from 'flashworld/node'
 *
 * const hub = { ...hubSettings(), patience: usualPatience }
 * const { files } = await planPull(publishedModels.get('flashworld')!, hub)
 * const missing = files.reduce((sum, { bytes, here }) => sum + bytes - here, 0)
 * console.log(missing / 1e9, 'GB to fetch')
 * ```
 */
export async function planPull(
  model: PublishedModel,
  hub: Hub,
  waiting: Waiting = {},
): Promise<PullPlan> {
  let unasked: FlashWorldError | undefined
  const listings: Listing[] = []
  for (const part of model.parts) {
    const { listing, failure } = await listPart(hub, part, waiting)
    listings.push(listing)
    unasked ??= failure
  }
  const files = listings.flatMap(({ from, files }) => {
    const place = cachedRepository(hub.cache, from.repository)
    return files.map(async (file): Promise<PlannedFile> => {
      const { name, bytes } = file
      return { name, repository: from.repository, bytes, here: await bytesHere(place, file) }
    })
  })
  return { model, listings, files: await Promise.all(files), unasked }
}

/** Of what is not the network's fault nothing better is known here. */
const networkCodes = ['hub/unreachable', 'hub/busy']

async function listPart(hub: Hub, part: PublishedPart, waiting: Waiting) {
  const cached = () => listCached(hub.cache, part)
  if (hub.offline) {
    const failure = offline('the hub is not asked')
    return { listing: await cached().catch((cause) => reject(offlineWithout(cause))), failure }
  }
  try {
    return { listing: await listPublished(hub, part, waiting) }
  } catch (error) {
    if (!(error instanceof FlashWorldError) || !networkCodes.includes(error.code)) throw error
    return { listing: await cached().catch(() => reject(error)), failure: error }
  }
}

const offline = (message: string, cause?: unknown) =>
  new FlashWorldError('hub/offline', message, { cause })

const offlineWithout = (cause: unknown) =>
  offline(`offline, and ${(cause as Error).message}`, cause)

const reject = (error: unknown): never => {
  throw error
}

async function bytesHere(place: CachedRepository, file: HubFile): Promise<number> {
  if (file.content === '') return file.bytes
  const blob = place.blob(file.content)
  if ((await fileBytes(blob)) === file.bytes) return file.bytes
  return Math.min(file.bytes, (await fileBytes(partOf(blob))) ?? 0)
}

/**
 * Brings a plan's files into the hub's cache, each whole and of the content that the hub told.
 * @throws FlashWorldError `hub/...`, `output/unwritable`; the signal's reason
 * @example
 * ```ts shown
 * import {
 *   fetchPublished,
 *   hubSettings,
 *   planPull,
 *   publishedModels,
 *   usualPatience,
 * } from 'flashworld/node'
 *
 * const hub = { ...hubSettings(), patience: usualPatience }
 * const plan = await planPull(publishedModels.get('flashworld')!, hub)
 * const published = await fetchPublished(plan, hub, {
 *   onProgress: ({ name, done, total }) => console.log(name, done / total),
 * })
 * ```
 */
export async function fetchPublished(
  { model, listings }: PullPlan,
  hub: Hub,
  options: PullOptions = {},
): Promise<PublishedFiles> {
  const files = new Map<string, PublishedFile>()
  for (const listing of listings)
    for (const [name, file] of await fetchListing(listing, hub, options)) files.set(name, file)
  return { name: model.name, files }
}

async function fetchListing(listing: Listing, hub: Hub, options: PullOptions) {
  const { from, branch } = listing
  const place = cachedRepository(hub.cache, from.repository)
  const good = new Set<HubFile>()
  const look = async () => {
    for (const file of listing.files)
      if (!good.has(file) && (await isGood(place.pointer(from.revision, file.name), file, options)))
        good.add(file)
    return good.size === listing.files.length
  }
  // a cache that can only be read is enough where all is there
  if (!(await look())) {
    const { signal, onHeld } = options
    const held = { ...(signal && { signal }), ...(onHeld && { onWait: onHeld }) }
    await whileHeld(place.lock, held, async () => {
      if (await look()) return
      for (const file of listing.files)
        if (!good.has(file)) await fetchInto(place, listing, file, { hub, options })
      if (branch !== undefined) await saveRef(place, branch, from.revision)
    })
  }
  return listing.files.map(({ name, bytes, content }): [string, PublishedFile] => [
    name,
    {
      ...{ path: place.pointer(from.revision, name), bytes, from },
      ...(content.length === 64 && { sha256: content }),
    },
  ])
}

/** Whether a file is at `path` with its content, by its hash: whoever else wrote it may have looked at its size only. */
async function isGood(
  path: string,
  { name, bytes, content }: HubFile,
  { signal, onProgress }: PullOptions,
): Promise<boolean> {
  if ((await fileBytes(path)) !== bytes) return false
  if (content === '') return true
  const hash = contentHash({ bytes, content })
  let done = 0
  await hashFile(hash, path, {
    ...(signal && { signal }),
    onBytes: (count) =>
      onProgress?.({ name, activity: 'checking', done: (done += count), total: bytes }),
  })
  return hash.digest('hex') === content
}

async function fetchInto(
  place: CachedRepository,
  listing: Listing,
  file: HubFile,
  { hub, options }: { readonly hub: Hub; readonly options: PullOptions },
): Promise<void> {
  const { repository, revision } = listing.from
  const { name, bytes: total, content } = file
  const { signal, onWait, onProgress } = options
  const blob = place.blob(content)
  const pointer = place.pointer(revision, name)
  if (!(await isGood(blob, file, options))) {
    if (hub.offline) throw offline(`offline, and ${name} in ${place.folder} is damaged`)
    const url = `${hub.endpoint}/${repository}/resolve/${revision}/${name}`
    let checked = 0
    await fetchFile(
      hub,
      url,
      { file, path: blob },
      {
        ...(signal && { signal }),
        ...(onWait && { onWait }),
        onChecked: (count) =>
          onProgress?.({ name, activity: 'checking', done: (checked += count), total }),
        onFetched: (done) => onProgress?.({ name, activity: 'fetching', done, total }),
      },
    )
  }
  await linkPointer(blob, pointer)
}
