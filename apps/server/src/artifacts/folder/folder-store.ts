import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerError } from '../../errors.ts'
import type { Artifact, ArtifactStore } from '../store.ts'
import { isArtifactName, isJobId } from '../store.ts'

/** Files in `root/<job>/<name>`. A file is written beside them, flushed, then renamed into place. */
export async function openFolderStore(root: string): Promise<ArtifactStore> {
  await mkdir(root, { recursive: true })

  const folderOf = (job: string) => {
    if (!isJobId(job)) throw unknownFile()
    return join(root, job)
  }
  const pathOf = (job: string, name: string) => {
    if (!isArtifactName(name)) throw unknownFile()
    return join(folderOf(job), name)
  }

  /** Into place, and on the disk before anybody hears of it. */
  const settle = async (job: string, from: string, to: string) => {
    await mkdir(folderOf(job), { recursive: true })
    await flush(from)
    await rename(from, to)
    await flush(folderOf(job))
  }

  const find = async (job: string, name: string): Promise<Artifact | undefined> => {
    if (!isJobId(job) || !isArtifactName(name)) return undefined
    const found = await stat(pathOf(job, name)).catch(() => undefined)
    if (!found?.isFile()) return undefined
    return {
      name,
      bytes: found.size,
      etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"`,
    }
  }

  return {
    take: (job, name, file) => settle(job, file, pathOf(job, name)),

    async write(job, name, bytes) {
      const to = pathOf(job, name)
      await mkdir(folderOf(job), { recursive: true })
      const part = join(folderOf(job), `.${randomUUID()}.part`)
      const file = await open(part, 'wx')
      try {
        await file.writeFile(bytes)
      } finally {
        await file.close()
      }
      await settle(job, part, to)
    },

    find,

    async list(job) {
      const names = await readdir(folderOf(job)).catch(() => [])
      const found = await Promise.all(names.sort().map((name) => find(job, name)))
      return found.filter((artifact) => artifact !== undefined)
    },

    async open(job, name, range) {
      // No symbolic link is followed out of the folder.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW
      const file = await open(pathOf(job, name), flags).catch((cause: unknown) => {
        throw unknownFile(cause)
      })
      return file.createReadStream(range)
    },

    async fetch(job, name) {
      return { path: pathOf(job, name), done: async () => {} }
    },

    remove: (job) => rm(folderOf(job), { recursive: true, force: true }),

    async *jobs() {
      for (const name of await readdir(root)) if (isJobId(name)) yield name
    },

    async usage() {
      let bytes = 0
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
        bytes += found?.size ?? 0
      }
      return bytes
    },
  }
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
