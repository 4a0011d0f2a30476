import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { access, constants, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FlashWorldError } from '../errors.ts'
import { isSystemError, systemReason } from './system-error.ts'

/**
 * Writes a file so that it is there whole or not at all.
 * @returns its bytes
 * @throws FlashWorldError `output/unwritable`; what the content throws; the signal's reason
 * @example
 * ```ts
 * import { saveFile } from 'flashworld/node'
 *
 * const bytes = await saveFile('notes/one.txt', new TextEncoder().encode('whole or not at all'))
 * ```
 */
export async function saveFile(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0
  await saveThrough(path, async (part) => {
    const file = await open(part, 'w')
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        signal?.throwIfAborted()
        await file.writeFile(chunk)
        bytes += chunk.length
      }
    } finally {
      await file.close()
    }
  })
  return bytes
}

/**
 * Makes a file or folder so that it is there whole or not at all: `write` makes it under another name. What writes that
 * were cut short by force left in the same folder goes.
 * @throws FlashWorldError `output/unwritable`; what `write` throws
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { saveThrough } from 'flashworld/node'
 *
 * await saveThrough('notes/two.txt', (part) => writeFile(part, 'whole or not at all'))
 * ```
 */
export async function saveThrough(
  path: string,
  write: (part: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path)
  const part = join(folder, partName(basename(path)))
  unfinished.add(part)
  try {
    await mkdir(folder, { recursive: true })
    await sweepParts(folder)
    await write(part)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true, recursive: true }).catch(() => {})
    throw isSystemError(cause) ? unwritable(path, cause) : cause
  } finally {
    unfinished.delete(part)
  }
}

/** What this process is writing. A process of the same number that is gone may have left others. */
const unfinished = new Set<string>()

/**
 * Removes what this process has not finished writing, at once: for one that is about to end.
 * @example
 * ```ts
 * import { discardUnfinished } from 'flashworld/node'
 *
 * process.once('exit', discardUnfinished)
 * ```
 */
export function discardUnfinished(): void {
  for (const part of unfinished) rmSync(part, { recursive: true, force: true, maxRetries: 3 })
}

/** The name tells the process, so that a later one can tell what nobody will finish. */
const partName = (name: string) => `.${name}.${process.pid}-${randomBytes(3).toString('hex')}.part`

const partPattern = /^\..+\.(\d+)-[0-9a-f]{6}\.part$/

/** Removes what processes of this machine that are gone were writing into a folder. */
async function sweepParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = partPattern.exec(name)?.[1]
    if (pid === undefined || isWriting(Number(pid), join(folder, name))) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isWriting(pid: number, part: string): boolean {
  if (pid === process.pid) return unfinished.has(part)
  try {
    process.kill(pid, 0) // asks whether there is such a process
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Checks, before the long work, that a file can be written at `path`.
 * @throws FlashWorldError `output/unwritable`
 * @example
 * ```ts
 * import { checkWritable } from 'flashworld/node'
 *
 * await checkWritable('scenes/house.spz') // the folder may be missing yet
 * ```
 */
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

/**
 * Checks that nothing is at `path`.
 * @throws FlashWorldError `output/exists`
 * @example
 * ```ts
 * import { errorCode } from 'flashworld'
 * import { checkNew } from 'flashworld/node'
 *
 * await checkNew('house.spz').catch((error: unknown) => {
 *   if (errorCode(error) !== 'output/exists') throw error
 * })
 * ```
 */
export async function checkNew(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) === undefined) return
  throw new FlashWorldError(
    'output/exists',
    `${path} is there already; expected a new name, or force to write over it`,
  )
}

const unwritable = (path: string, cause: unknown) =>
  new FlashWorldError('output/unwritable', `cannot write ${path}: ${systemReason(cause)}`, {
    cause,
  })
