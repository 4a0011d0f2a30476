import { rmSync } from 'node:fs'
import { access, constants, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, basename } from 'node:path'
import { FlashWorldError } from 'flashworld'
import { isSystemError, systemReason } from './system-error.ts'

/** Writes a file so that it is there whole or not at all. @returns its bytes */
export async function saveFile(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<number> {
  let bytes = 0
  await saveThrough(path, async (part) => {
    const file = await open(part, 'w')
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        await file.writeFile(chunk)
        bytes += chunk.length
      }
    } finally {
      await file.close()
    }
  })
  return bytes
}

/** What a write that was cut short by force leaves behind has this ending. */
export const partEnding = '.part'

/** Makes a file or folder so that it is there whole or not at all: `write` makes it under another name. */
export async function saveThrough(
  path: string,
  write: (part: string) => Promise<void>,
): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${process.pid}${partEnding}`)
  unfinished.add(part)
  try {
    await mkdir(dirname(path), { recursive: true })
    await write(part)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true, recursive: true }).catch(() => {})
    throw isSystemError(cause) ? unwritable(path, cause) : cause
  } finally {
    unfinished.delete(part)
  }
}

/** What this process is writing. */
const unfinished = new Set<string>()

/** Removes what this process has not finished writing, at once: for a process that is about to end. */
export function discardUnfinished(): void {
  for (const part of unfinished) rmSync(part, { recursive: true, force: true, maxRetries: 3 })
}

/** Checks, before the long work, that a file can be written at `path`. @throws FlashWorldError `output/unwritable` */
export async function checkWritable(path: string): Promise<void> {
  try {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new Error('it is a folder')
    let folder = dirname(path)
    while ((await stat(folder).catch(() => undefined)) === undefined && folder !== dirname(folder))
      folder = dirname(folder)
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`)
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

const unwritable = (path: string, cause: unknown) =>
  new FlashWorldError('output/unwritable', `cannot write ${path}: ${systemReason(cause)}`, {
    cause,
  })
