import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { finished } from 'node:stream'
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerError } from '../../errors.ts'
import { createReaders } from '../readers.ts'
import type { Artifact, ArtifactStore, Place } from '../store.ts'
import { isArtifactName, isJobId, isPlace } from '../store.ts'

/** Files in `root/<job>/<attempt>/<name>`. A file is written in `root/parts`, flushed, then renamed into place. */
export async function openFolderStore(root: string): Promise<ArtifactStore> {
  const parts = join(root, 'parts')
  await mkdir(parts, { recursive: true })
  const readers = createReaders()

  const folderOf = (place: Place | string) => {
    if (!isJobId(place) && !isPlace(place)) throw unknownFile()
    return join(root, place)
  }
  const pathOf = (place: Place, name: string) => {
    if (!isArtifactName(name)) throw unknownFile()
    return join(folderOf(place), name)
  }

  /** Into place, and on the disk before anybody hears of it. */
  const settle = async (place: Place, from: string, to: string) => {
    await mkdir(folderOf(place), { recursive: true })
    await flush(from)
    await rename(from, to)
    await flush(folderOf(place))
  }

  const find = async (place: Place, name: string): Promise<Artifact | undefined> => {
    if (!isPlace(place) || !isArtifactName(name)) return undefined
    // of a link, what it leads to is nobody's file here
    const found = await lstat(pathOf(place, name)).catch(() => undefined)
    if (!found?.isFile()) return undefined
    return {
      name,
      bytes: found.size,
      etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"`,
    }
  }

  return {
    take: (place, name, file) => settle(place, file, pathOf(place, name)),

    async write(place, name, bytes) {
      const to = pathOf(place, name)
      const part = join(parts, randomUUID())
      try {
        const file = await open(part, 'wx')
        try {
          await file.writeFile(bytes)
        } finally {
          await file.close()
        }
        await settle(place, part, to)
      } catch (error) {
        // on a full disk half a file would keep its room until the sweep
        await rm(part, { force: true })
        throw error
      }
    },

    find,

    async list(place) {
      const names = await readdir(folderOf(place)).catch(() => [])
      const found = await Promise.all(names.sort().map((name) => find(place, name)))
      return found.filter((artifact) => artifact !== undefined)
    },

    async open(place, name, range) {
      // No symbolic link is followed out of the folder.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW
      const file = await open(pathOf(place, name), flags).catch((cause: unknown) => {
        throw unknownFile(cause)
      })
      const stream = file.createReadStream(range)
      finished(stream, readers.enter(place))
      return stream
    },

    async fetch(place, name) {
      const path = pathOf(place, name)
      const done = readers.enter(place)
      return { path, done: async () => done() }
    },

    remove: (place) => rm(folderOf(place), { recursive: true, force: true }),

    async *jobs() {
      for (const id of await readdir(root)) {
        if (!isJobId(id)) continue
        const attempts = await readdir(join(root, id)).catch(() => [])
        const places = attempts.map((attempt) => `${id}/${attempt}`).filter(isPlace)
        yield {
          id,
          places: await Promise.all(
            places.map(async (place) => ({ place, bytes: await bytesIn(join(root, place)) })),
          ),
        }
      }
    },

    isRead: (job) => readers.has(job),
    parts: () => readdir(parts),
    removePart: (part) => rm(join(parts, part), { force: true }),
  }
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

async function flush(path: string) {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

const unknownFile = (cause?: unknown) =>
  new ServerError('file/unknown', 'there is no such file', { cause })
