import { setTimeout as pause } from 'node:timers/promises'
import { FlashWorldError } from '../../errors.ts'
import type { HubSettings } from './hub-settings.ts'

/** How long the network may take, and how often it is tried again. Times in milliseconds. */
export interface Patience {
  /** Tries without any progress between them. */
  readonly tries: number
  /** Before the second try; before each further one twice as long. */
  readonly backoff: number
  /** The longest wait that a server may ask for. */
  readonly longestWait: number
  /** Until an answer begins. */
  readonly answer: number
  /** In each such time a body brings `leastBytes`, or the connection is given up. */
  readonly window: number
  readonly leastBytes: number
}

/** Six tries, waits of up to five minutes, 64 KiB in half a minute at least. */
export const usualPatience: Patience = {
  tries: 6,
  backoff: 1000,
  longestWait: 300_000,
  answer: 30_000,
  window: 30_000,
  leastBytes: 64 * 1024,
}

/** The hub, and how it is asked. */
export interface Hub extends HubSettings {
  readonly patience: Patience
}

export interface Waiting {
  readonly signal?: AbortSignal
  /** Another try comes after so many milliseconds. */
  readonly onWait?: (milliseconds: number, reason: string) => void
}

/** A try that failed where another may do better. */
export class Fault extends Error {
  readonly failure: FlashWorldError
  /** What the server asked to wait, in milliseconds. */
  readonly wait: number | undefined
  /** Of the answer, where there was one. */
  readonly status: number | undefined

  constructor(failure: FlashWorldError, { wait, status }: { wait?: number; status?: number } = {}) {
    super(failure.message)
    this.failure = failure
    this.wait = wait
    this.status = status
  }
}

/**
 * Tries until it works, fails for good, or fails too often in a row.
 * @param attempt throws `Fault` where another try is worth it; says when it came nearer to the end
 */
export async function withTries<T>(
  { tries, backoff, longestWait }: Patience,
  { signal, onWait }: Waiting,
  attempt: (progressed: () => void) => Promise<T>,
): Promise<T> {
  for (let failed = 0; ;) {
    signal?.throwIfAborted()
    try {
      return await attempt(() => (failed = 0))
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof Fault)) throw error
      failed++
      const wait = error.wait ?? backoff * 2 ** (failed - 1) * (1 + Math.random() / 4)
      if (failed >= tries || wait > longestWait) throw error.failure
      onWait?.(wait, error.failure.message)
      await pause(wait, undefined, { ...(signal && { signal }) })
    }
  }
}

/** An answer with success, and its body under watch. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** @throws Fault where it breaks off or brings too little */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection of a body that nobody reads. */
  cancel(): void
}

const mostRedirects = 5

/**
 * One try of GET. Redirects are followed; the token goes to the hub's own origin alone.
 * @throws Fault, FlashWorldError `hub/refused`, `hub/missing`, `hub/response`, ...; the signal's reason
 */
export async function ask(
  hub: Hub,
  url: string,
  { headers = {}, signal }: { headers?: Readonly<Record<string, string>>; signal?: AbortSignal },
): Promise<Answer> {
  const own = new AbortController()
  const given: Limits = {
    signal: signal ? AbortSignal.any([signal, own.signal]) : own.signal,
    end: (reason) => own.abort(reason),
  }
  const { response, place } = await follow(hub, new URL(url), headers, given)
  if (!response.ok) throw await refusal(hub, response, place)
  const { status } = response
  const body = watched(response, hub, given)
  return { status, headers: response.headers, body, cancel: () => given.end() }
}

/** What ends a request before its time. */
interface Limits {
  readonly signal: AbortSignal
  end(reason?: Fault): void
}

async function follow(
  hub: Hub,
  url: URL,
  headers: Readonly<Record<string, string>>,
  given: Limits,
): Promise<{ response: Response; place: URL }> {
  const home = new URL(hub.endpoint)
  let place = url
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const isHome = place.origin === home.origin
    const response = await answered(hub, place, given, {
      // as it is stored: what is unpacked on the way has other ranges
      'accept-encoding': 'identity',
      'user-agent': 'flashworld',
      ...headers,
      ...(isHome && hub.token !== undefined && { authorization: `Bearer ${hub.token}` }),
    })
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null)
      return { response, place }
    await response.body?.cancel()
    const next = URL.parse(location, place)
    if (!next || !mayFollow(next, home))
      throw unexpected(place, `a redirect to '${location.slice(0, 100)}'`)
    place = next
  }
  throw unexpected(url, `more than ${mostRedirects} redirects`)
}

/** To the web alone, and from https not to http. */
export const mayFollow = (next: URL, home: URL): boolean =>
  next.protocol === 'https:' || (next.protocol === 'http:' && home.protocol === 'http:')

async function answered(
  { patience }: Hub,
  place: URL,
  given: Limits,
  headers: Record<string, string>,
): Promise<Response> {
  const late = new Fault(slow(place, `no answer in ${patience.answer / 1000} s`))
  const timer = setTimeout(() => given.end(late), patience.answer)
  try {
    return await fetch(place, { headers, redirect: 'manual', signal: given.signal })
  } catch (error) {
    throw endedBy(given) ?? broken(place, error)
  } finally {
    clearTimeout(timer)
  }
}

const endedBy = ({ signal }: Limits) => (signal.aborted ? (signal.reason as unknown) : undefined)

async function* watched(
  response: Response,
  { patience }: Hub,
  given: Limits,
): AsyncGenerator<Uint8Array> {
  const place = new URL(response.url)
  let bytes = 0
  const watch = setInterval(() => {
    const rate = `${bytes} bytes in ${patience.window / 1000} s`
    if (bytes < patience.leastBytes) given.end(new Fault(slow(place, rate)))
    bytes = 0
  }, patience.window)
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    throw endedBy(given) ?? broken(place, error)
  } finally {
    clearInterval(watch)
  }
}

/** What an answer without success means. */
async function refusal(hub: Hub, response: Response, place: URL): Promise<Error> {
  const { status, headers } = response
  const said = headers.get('x-error-message') ?? headers.get('x-error-code') ?? ''
  await response.body?.cancel()
  const words = `${place.host} answers ${status}${said && `: ${said.slice(0, 300)}`}`
  // elsewhere the permission stands in an address that the hub gives anew
  const isHome = place.origin === new URL(hub.endpoint).origin
  if ((status === 401 || status === 403) && isHome) {
    const withToken = hub.token === undefined ? 'no token was sent' : 'a token was sent'
    return new FlashWorldError('hub/refused', `${words} to ${place.pathname}; ${withToken}`)
  }
  if ((status === 404 || status === 410) && isHome)
    return new FlashWorldError('hub/missing', `${words} to ${place.pathname}`)
  const busy = new FlashWorldError('hub/busy', words)
  const wait = status === 429 || status === 503 ? retryAfter(headers) : undefined
  const failure =
    status === 429 || status >= 500 ? busy : new FlashWorldError('hub/response', words)
  return new Fault(failure, { status, ...(wait !== undefined && { wait }) })
}

/** Milliseconds; seconds or a date in the header. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

const slow = (place: URL, words: string) =>
  new FlashWorldError('hub/unreachable', `${place.host} is too slow: ${words}`)

const unexpected = (place: URL, what: string) =>
  new FlashWorldError('hub/response', `${place.host}: expected a file or a list, got ${what}`)

/** Certificates do not mend themselves. */
const isLasting = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL/

function broken(place: URL, error: unknown): Error {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined
  const reason = cause?.code ?? cause?.message ?? (error as Error).message
  const failure = new FlashWorldError(
    'hub/unreachable',
    `cannot read from ${place.host}: ${reason}`,
    {
      cause: error,
    },
  )
  return isLasting.test(reason) ? failure : new Fault(failure)
}
