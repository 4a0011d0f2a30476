import { randomUUID } from 'node:crypto'
import { createWriteStream, openAsBlob } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ListObject } from 's3mini'
import { S3mini } from 's3mini'
import { ServerError } from '../../errors.ts'
import { createReaders } from '../readers.ts'
import type { ArtifactStore, ByteRange, Place, StoredJob } from '../store.ts'
import { isArtifactName, isJobId, isPlace } from '../store.ts'
import { readS3Url } from './s3-url.ts'

/** What the protocol lists, or deletes, in one call. */
const mostKeys = 1000

const type = 'application/octet-stream'

/** How long is waited before a call that failed by no fault of its own is made again. */
const waitsMs = [200, 1000, 4000]

/**
 * Objects `<job>/<attempt>/<name>` in a bucket, each put in one call: there whole or not at all.
 * @param url see `readS3Url`
 * @param fetched where files are brought that are worked on here
 * @throws ServerError `options/invalid`
 */
export async function openS3Store(
  url: string,
  fetched: string,
  pageSize = mostKeys,
): Promise<ArtifactStore> {
  const bucket = new S3mini(readS3Url(url))
  const readers = createReaders()
  // what is needed all the time says most surely whether it may be had
  const isThere = await bucket.listObjectsPaged('/', '', 1).catch((cause: unknown) => {
    throw new ServerError(
      'options/invalid',
      `--artifact-url: the bucket cannot be listed: ${String(cause)}`,
    )
  })
  if (!isThere) throw new ServerError('options/invalid', '--artifact-url: there is no such bucket')

  const keyOf = (place: Place, name: string) => {
    if (!isPlace(place) || !isArtifactName(name)) throw unknownFile()
    return `${place}/${name}`
  }

  async function* objects(prefix: string): AsyncGenerator<ListObject> {
    let token: string | undefined
    do {
      const page = await patiently(() => bucket.listObjectsPaged('/', prefix, pageSize, token))
      yield* page?.objects ?? []
      token = page?.nextContinuationToken
    } while (token)
  }

  const artifactOf = ({ Key, Size, ETag }: ListObject) => ({
    name: Key.split('/').at(-1)!,
    bytes: Number(Size),
    etag: `"${bucket.sanitizeETag(ETag)}"`,
  })

  const open = async (place: Place, name: string, range?: ByteRange) => {
    const key = keyOf(place, name)
    const { start, end } = range ?? { start: 0, end: 0 }
    const answer = await patiently(() => bucket.getObjectRaw(key, !range, start, end + 1))
    const stream = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])
    finished(stream, readers.enter(place))
    return stream
  }

  return {
    async take(place, name, file) {
      const key = keyOf(place, name)
      const blob = await openAsBlob(file)
      await patiently(() => bucket.putObject(key, blob, type, undefined, undefined, blob.size))
      await rm(file)
    },

    async write(place, name, bytes) {
      const key = keyOf(place, name)
      await patiently(() => bucket.putObject(key, bytes, type))
    },

    async find(place, name) {
      if (!isPlace(place) || !isArtifactName(name)) return undefined
      const key = keyOf(place, name)
      // what begins with the key comes in order: the key itself first
      const first = await patiently(() => bucket.listObjectsPaged('/', key, 1))
      const found = first?.objects?.find(({ Key }) => Key === key)
      return found && artifactOf(found)
    },

    async list(place) {
      if (!isPlace(place)) return []
      return (await Array.fromAsync(objects(`${place}/`))).map(artifactOf)
    },

    open,

    async fetch(place, name) {
      await mkdir(fetched, { recursive: true })
      const path = join(fetched, randomUUID())
      const leave = readers.enter(place)
      const done = async () => {
        leave()
        await rm(path, { force: true })
      }
      try {
        await pipeline(await open(place, name), createWriteStream(path, { flags: 'wx' }))
      } catch (error) {
        await done()
        throw error
      }
      return { path, done }
    },

    async remove(place) {
      if (!isJobId(place) && !isPlace(place)) throw unknownFile()
      const keys = (await Array.fromAsync(objects(`${place}/`))).map(({ Key }) => Key)
      for (let i = 0; i < keys.length; i += mostKeys) {
        const some = keys.slice(i, i + mostKeys)
        const removed = await patiently(() => bucket.deleteObjects(some))
        if (removed.includes(false)) throw unreachable()
      }
    },

    /** One listing, in which the objects of a job stand together. */
    async *jobs() {
      let job: { id: string; places: Map<Place, number> } | undefined
      const stored = ({ id, places }: NonNullable<typeof job>): StoredJob => ({
        id,
        places: [...places].map(([place, bytes]) => ({ place, bytes })),
      })
      for await (const { Key, Size } of objects('')) {
        const [id = '', attempt = ''] = Key.split('/')
        const place = `${id}/${attempt}`
        if (!isPlace(place)) continue
        if (id !== job?.id) {
          if (job) yield stored(job)
          job = { id, places: new Map() }
        }
        job.places.set(place, (job.places.get(place) ?? 0) + Number(Size))
      }
      if (job) yield stored(job)
    },

    isRead: (job) => readers.has(job),
    parts: async () => [],
    removePart: async () => {},
  }
}

/**
 * A call, made again when the network or the service failed; every one of ours may be made twice.
 * @throws ServerError `file/unknown`, `file/unreachable`
 */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call()
    } catch (error) {
      const { status = 0 } = error as { status?: number }
      if (status === 404) throw unknownFile(error)
      const mayPass = status === 0 || status === 429 || status >= 500
      const wait = waitsMs[tries]
      if (!mayPass || wait === undefined) throw unreachable(error)
      await sleep(wait)
    }
  }
}

const unknownFile = (cause?: unknown) =>
  new ServerError('file/unknown', 'there is no such file', { cause })

const unreachable = (cause?: unknown) =>
  new ServerError('file/unreachable', 'the store of files does not answer as it should', { cause })
