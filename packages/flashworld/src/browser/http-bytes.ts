import { WeightsError } from '@flashworld/models'

/** How files are asked for over HTTP. */
export interface HttpOptions {
  /** Sent with every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Connections in a row that may bring nothing; default 5. */
  readonly tries?: number
  /** Before the second try, and twice as long before each further one; default 0.5. */
  readonly pauseSeconds?: number
  /** A connection that brings nothing for so long counts as dropped; default 30. */
  readonly stallSeconds?: number
}

/** A file on a server, as its first answer describes it. */
export interface RemoteFile {
  readonly url: URL
  /** Bytes; undefined where the server does not tell. */
  readonly size: number | undefined
  /** Whether the server gives parts of it. */
  readonly ranged: boolean
  /** Another one when the content is another; undefined where the server does not tell. */
  readonly etag: string | undefined
}

/** Looks for a file. @returns undefined when the server has none. @throws WeightsError `weights/network` */
export async function openRemote(url: URL, options: HttpOptions): Promise<RemoteFile | undefined> {
  for (const patience = createPatience(url, options); ;) {
    const connection = openConnection(options)
    try {
      const response = await connection.request(url, 'bytes=0-0')
      if (response.status === 404 || response.status === 410 || isPage(response)) return undefined
      const range = contentRange(response)
      const etag = etagOf(response)
      // an empty file has no first byte
      if (response.status === 416 && range?.size === 0) return { url, size: 0, ranged: true, etag }
      refuse(response, url)
      if (response.status === 200) return { url, size: lengthOf(response), ranged: false, etag }
      // a server of another origin may hide of how many bytes it gives a part
      const size = range?.size ?? lengthOf(await connection.request(url, undefined, 'HEAD'))
      return { url, size, ranged: size !== undefined, etag }
    } catch (error) {
      await patience.after(error)
    } finally {
      connection.close()
    }
  }
}

/**
 * The bytes `[start, end)` of a file as they come. After a dropped connection the next one goes on where it ended; a
 * server that gives no parts is asked for the whole, of which what came before is passed over.
 * @throws WeightsError `weights/network` when they do not come, `weights/changed` when the file is another one by now
 */
export async function* streamBytes(
  file: RemoteFile,
  { start, end }: { readonly start: number; readonly end: number },
  options: HttpOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const patience = createPatience(file.url, options)
  for (let position = start; position < end;) {
    const connection = openConnection(options)
    try {
      const wanted = file.ranged ? `bytes=${position}-${end - 1}` : undefined
      const response = await connection.request(file.url, wanted)
      checkSame(file, response, position)
      let ahead = response.status === 206 ? 0 : position
      for await (const bytes of connection.body(response)) {
        const part = bytes.subarray(ahead, ahead + end - position)
        ahead = Math.max(0, ahead - bytes.length)
        if (part.length === 0) continue
        position += part.length
        patience.renew()
        yield part
        if (position === end) return
      }
      if (file.size === undefined) return // the body's end is the file's
      throw new Error('the connection ended early')
    } catch (error) {
      await patience.after(error)
    } finally {
      connection.close()
    }
  }
}

/** One request after the other, each part of an answer waited for no longer than a stall. */
function openConnection({ headers, signal, stallSeconds = 30 }: HttpOptions) {
  const stalled = new AbortController()
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal
  const unlessStalled = async <T>(coming: Promise<T>): Promise<T> => {
    const reason = new Error(`nothing came for ${stallSeconds} s`)
    const timer = setTimeout(() => stalled.abort(reason), stallSeconds * 1000)
    return coming.finally(() => clearTimeout(timer))
  }
  return {
    request: (url: URL, range?: string, method = 'GET') =>
      unlessStalled(
        fetch(url, { method, headers: { ...headers, ...(range && { range }) }, signal: either }),
      ),
    // not every browser iterates a body itself
    async *body(response: Response) {
      const reader = response.body!.getReader()
      for (;;) {
        const { done, value } = await unlessStalled(reader.read())
        if (done) return
        yield value
      }
    },
    close: () => stalled.abort(),
  }
}

/** Counts failures in a row and waits after each. */
function createPatience(url: URL, { tries = 5, pauseSeconds = 0.5, signal }: HttpOptions) {
  let failures = 0
  return {
    renew: () => void (failures = 0),
    /** @throws what no waiting helps against; WeightsError `weights/network` when patience is at its end */
    async after(error: unknown): Promise<void> {
      signal?.throwIfAborted()
      if (error instanceof WeightsError) throw error
      if (++failures >= tries) {
        const why = error instanceof Error ? error.message : String(error)
        const message = `${url.href}: expected its bytes within ${tries} tries, got: ${why}`
        throw new WeightsError('weights/network', message, { cause: error })
      }
      await pause(pauseSeconds * 2 ** (failures - 1), signal)
    },
  }
}

const pause = (seconds: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1000)
    signal?.addEventListener('abort', stop, { once: true })
  })

/** Servers of pages with routes of their own, such as Vite's, answer with the page for whatever they do not have. */
const isPage = ({ ok, headers }: Response) =>
  ok && /^text\/html\b/i.test(headers.get('content-type') ?? '')

/** Answers of a server that is overloaded or being restarted. */
const passing = [408, 429, 500, 502, 503, 504]

/** @throws WeightsError `weights/network`; an Error where another try may help */
function refuse({ status, statusText }: Response, url: URL): void {
  if (status === 200 || status === 206) return
  const message = `${url.href}: expected 200 or 206, got ${status} ${statusText}`.trimEnd()
  if (passing.includes(status)) throw new Error(message)
  throw new WeightsError('weights/network', message)
}

/** @throws WeightsError `weights/changed` when an answer is of another file than the first one */
function checkSame(file: RemoteFile, response: Response, position: number): void {
  const range = contentRange(response)
  const etag = etagOf(response)
  const differs =
    response.status === 416 ||
    (file.etag !== undefined && etag !== undefined && etag !== file.etag) ||
    (range !== undefined && (range.start !== position || range.size !== file.size))
  if (differs) {
    const message = `${file.url.href}: expected the file as it was at first, got another one`
    throw new WeightsError('weights/changed', message)
  }
  refuse(response, file.url)
}

/** Of `bytes 5-9/20` or, of a range beyond the end, `bytes *\/20`. */
function contentRange({ headers }: Response) {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers.get('content-range') ?? '')
  return match ? { start: Number(match[1]), size: Number(match[2]) } : undefined
}

const etagOf = ({ headers }: Response) => headers.get('etag') ?? undefined

/** Undefined too where the body comes compressed, since that is not the file's length. */
function lengthOf({ ok, headers }: Response): number | undefined {
  const length = headers.get('content-length')
  return ok && length !== null && !headers.has('content-encoding') ? Number(length) : undefined
}
