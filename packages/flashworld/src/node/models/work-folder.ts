import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ConvertedFile } from '@flashworld/models'
import { hashFile } from './content-hash.ts'

/**
 * A folder in the making, beside the place where it will stand. What is finished is in its journal, so that work that was
 * cut short, by whatever, goes on where it stopped.
 */
export interface WorkFolder {
  /** What an earlier run finished, by path, as it is now on disk. */
  readonly finished: ReadonlyMap<string, ConvertedFile>
  /** Writes one file through to the disk and notes it. @throws the system's errors, what the content throws */
  add(
    path: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<ConvertedFile>
  /** Moves the folder to its place, whole. @throws the system's errors */
  finish(): Promise<void>
  /** Leaves nothing. */
  discard(): Promise<void>
}

/**
 * Opens the work folder of `target`. One process at a time may have it.
 * @param identity of the work: what an earlier run with another one left is of no use, and goes
 * @throws the system's errors
 */
export async function openWorkFolder(target: string, identity: string): Promise<WorkFolder> {
  const work = workFolderOf(target)
  const whole = join(work, 'whole')
  const journalPath = join(work, 'journal')
  const finished = await readFinished(journalPath, whole, identity)
  if (!finished) {
    await rm(work, { recursive: true, force: true })
    await mkdir(whole, { recursive: true })
  }
  const note = async (line: unknown) => {
    const journal = await open(journalPath, 'a')
    try {
      await journal.writeFile(`${JSON.stringify(line)}\n`)
      await journal.datasync()
    } finally {
      await journal.close()
    }
  }
  if (!finished) await note({ identity })
  return {
    finished: finished ?? new Map(),
    async add(path, content) {
      const place = join(whole, path)
      await mkdir(dirname(place), { recursive: true })
      const file = { path, ...(await writeThrough(place, content)) }
      await note(file)
      return file
    },
    async finish() {
      await syncFolder(whole)
      await rename(whole, target)
      await syncFolder(dirname(target))
      await rm(work, { recursive: true, force: true })
    },
    discard: () => rm(work, { recursive: true, force: true }),
  }
}

/** Where what will be `target` is made: beside it, hence on the same disk. */
export const workFolderOf = (target: string): string => `${target}.unfinished`

/** What the journal tells and the disk confirms; undefined where there is no journal of this work. */
async function readFinished(
  journalPath: string,
  whole: string,
  identity: string,
): Promise<Map<string, ConvertedFile> | undefined> {
  const text = await readFile(journalPath, 'utf8').catch(() => '')
  // a line without its end was cut short
  const [first, ...files] = text.split('\n').slice(0, -1)
  if (first !== JSON.stringify({ identity })) return undefined
  const finished = new Map<string, ConvertedFile>()
  for (const line of files) {
    const file = JSON.parse(line) as ConvertedFile
    const place = join(whole, file.path)
    const found = await lstat(place).catch(() => undefined)
    if (!found?.isFile() || found.size !== file.bytes) continue
    const hash = createHash('sha256')
    await hashFile(hash, place)
    if (hash.digest('hex') === file.sha256) finished.set(file.path, file)
  }
  return finished
}

async function writeThrough(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  let bytes = 0
  try {
    for await (const chunk of content) {
      const written = writeAll(file, chunk)
      hash.update(chunk) // while it is being written
      await written
      bytes += chunk.byteLength
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength;) {
    at += (await file.write(chunk, at)).bytesWritten
  }
}

/** A rename is on the disk once its folder is; Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
