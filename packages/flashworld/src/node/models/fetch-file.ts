import type { Hash } from 'node:crypto'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FlashWorldError } from '../../errors.ts'
import { isSystemError, systemReason } from '../system-error.ts'
import { contentHash, hashFile } from './content-hash.ts'
import type { HubFile } from './hub-listing.ts'
import type { Answer, Hub, Waiting } from './hub-request.ts'
import { ask, Fault, withTries } from './hub-request.ts'

export interface FetchOptions extends Waiting {
  /** Bytes of an earlier try that are looked through. */
  readonly onChecked?: (bytes: number) => void
  /** Bytes of the file that are there. */
  readonly onFetched?: (done: number) => void
}

/** What an interrupted fetch leaves beside the content's own place. */
export const partOf = (path: string) => `${path}.flashworld.incomplete`

/** A second wrong content is the hub's, not the line's. */
const mostWrong = 2

/**
 * Fetches a file to where it is whole or not at all; goes on where an earlier try ended. Its content is checked by the
 * hash that the hub told before.
 * @throws FlashWorldError `hub/...`, `output/unwritable`; the signal's reason
 */
export async function fetchFile(
  hub: Hub,
  url: string,
  { file, path }: { readonly file: HubFile; readonly path: string },
  { onChecked, onFetched, ...waiting }: FetchOptions = {},
): Promise<void> {
  const { name, bytes, content } = file
  const part = partOf(path)
  const { signal } = waiting
  let handle: FileHandle | undefined
  try {
    await mkdir(dirname(path), { recursive: true })
    handle = await open(part, constants.O_RDWR | constants.O_CREAT)
    const start = Math.min((await handle.stat()).size, bytes)
    const state = await createPart(handle, file, start)
    await hashFile(state.hash, part, {
      bytes: start,
      ...(onChecked && { onBytes: onChecked }),
      ...(signal && { signal }),
    })
    let wrong = 0
    await withTries(hub.patience, waiting, async (progressed) => {
      if (state.done < bytes) await fetchRest(hub, url, state, { signal, onFetched, progressed })
      const got = state.hash.copy().digest('hex')
      if (got === content) return
      await state.restart()
      const failure = new FlashWorldError(
        'hub/corrupt',
        `${name}: expected content ${content}, got ${got}`,
      )
      throw ++wrong < mostWrong ? new Fault(failure) : failure
    })
    await handle.sync()
    await handle.close()
    await rename(part, path)
  } catch (error) {
    await handle?.close().catch(() => {})
    if (errorIsCorrupt(error)) await rm(part, { force: true })
    throw isSystemError(error)
      ? new FlashWorldError('output/unwritable', `cannot write ${path}: ${systemReason(error)}`, {
          cause: error,
        })
      : error
  }
}

const errorIsCorrupt = (error: unknown) =>
  error instanceof FlashWorldError && error.code === 'hub/corrupt'

/** A file on its way: so many bytes from its beginning, and their hash. */
interface Part {
  readonly file: HubFile
  readonly done: number
  readonly hash: Hash
  /** Up to where tries were rewarded: what comes a second time is no progress. */
  furthest: number
  write(chunk: Uint8Array): Promise<void>
  restart(): Promise<void>
}

async function createPart(handle: FileHandle, file: HubFile, start: number): Promise<Part> {
  let done = start
  let hash = contentHash(file)
  await handle.truncate(start)
  return {
    file,
    furthest: start,
    get done() {
      return done
    },
    get hash() {
      return hash
    },
    async write(chunk) {
      let written = 0
      while (written < chunk.length)
        written += (await handle.write(chunk, written, chunk.length - written, done + written))
          .bytesWritten
      hash.update(chunk)
      done += chunk.length
    },
    async restart() {
      await handle.truncate(0)
      done = 0
      hash = contentHash(file)
    },
  }
}

interface Reading {
  readonly signal: AbortSignal | undefined
  readonly onFetched: ((done: number) => void) | undefined
  readonly progressed: () => void
}

async function fetchRest(
  hub: Hub,
  url: string,
  part: Part,
  { signal, onFetched, progressed }: Reading,
): Promise<void> {
  const { name, bytes } = part.file
  const answer = await askFrom(hub, url, part, signal)
  onFetched?.(part.done)
  for await (const chunk of answer.body) {
    if (part.done + chunk.length > bytes) {
      await part.restart()
      throw new Fault(unexpected(`${name}: expected ${bytes} bytes, got more`))
    }
    await part.write(chunk)
    if (part.done >= part.furthest + hub.patience.leastBytes) {
      part.furthest = part.done
      progressed()
    }
    onFetched?.(part.done)
  }
  if (part.done < bytes)
    throw new Fault(unexpected(`${name}: expected ${bytes} bytes, got ${part.done}`))
}

/** Asks for what is missing. A server that knows no ranges sends all of it again. */
async function askFrom(
  hub: Hub,
  url: string,
  part: Part,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { name, bytes } = part.file
  const { done } = part
  const headers: Record<string, string> = done > 0 ? { range: `bytes=${done}-` } : {}
  try {
    const answer = await ask(hub, url, { headers, ...(signal && { signal }) })
    if (answer.status === 200) {
      if (done > 0) await part.restart()
      return answer
    }
    const range = answer.headers.get('content-range')
    const isPacked = answer.headers.has('content-encoding')
    if (answer.status === 206 && !isPacked && range === `bytes ${done}-${bytes - 1}/${bytes}`)
      return answer
    answer.cancel()
    throw new Fault(
      unexpected(`${name}: expected bytes from ${done} of ${bytes}, got ${answer.status} ${range}`),
    )
  } catch (error) {
    if (error instanceof Fault && error.status === 416) await part.restart()
    throw error
  }
}

const unexpected = (message: string) => new FlashWorldError('hub/response', message)
