import { errorCode, FlashWorldError } from '../../errors.ts'
import type { Hub, Waiting } from './hub-request.ts'
import { ask, withTries } from './hub-request.ts'
import type { PublishedPart } from './known-models.ts'
import type { Publication } from './published-files.ts'

/** A file as the hub stores it. */
export interface HubFile {
  /** One of our own names. */
  readonly name: string
  readonly bytes: number
  /** SHA-256 of a large file, the Git id (SHA-1) of a small one; in hexadecimal, as the cache names its content. */
  readonly content: string
}

/** What is wanted of a repository, as it is there. */
export interface Listing {
  readonly from: Publication
  /** What was asked for, where it was no commit. */
  readonly branch: string | undefined
  readonly licence: string
  readonly files: readonly HubFile[]
}

export const isCommit = (text: string) => /^[0-9a-f]{40}$/.test(text)

export const isContent = (text: string) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

/** What somebody else says of a file. */
interface Told {
  readonly path: string
  readonly size: number
  readonly oid?: string
  readonly lfs?: { readonly oid: string; readonly size: number }
}

/**
 * Asks the hub for the files of a part: names, sizes, hashes, and the commit.
 * @throws FlashWorldError `hub/...`; the signal's reason
 */
export async function listPublished(
  hub: Hub,
  part: PublishedPart,
  waiting: Waiting = {},
): Promise<Listing> {
  const { repository, revision } = part
  const params = { hubUrl: hub.endpoint, fetch: patientFetch(hub, waiting) }
  // commands that ask no hub start without its client
  const { listFiles, modelInfo } = await import('@huggingface/hub')
  try {
    const { sha, cardData } = await modelInfo({
      ...{ ...params, name: repository, revision },
      additionalFields: ['sha', 'cardData'],
    })
    if (!isCommit(sha)) throw new Error(`expected a commit, got '${sha}'`)
    const told: Told[] = []
    for await (const entry of listFiles({
      ...params,
      repo: repository,
      revision: sha,
      recursive: true,
    }))
      if (entry.type === 'file') told.push(entry)
    return {
      from: { repository, revision: sha },
      branch: revision === sha ? undefined : revision,
      licence: licenceIn(cardData) ?? part.licence,
      files: wanted(
        part,
        told.map(({ path }) => path),
      ).map((name) => hubFile(name, told)),
    }
  } catch (cause) {
    waiting.signal?.throwIfAborted()
    if (errorCode(cause) !== undefined) throw cause
    throw new FlashWorldError(
      'hub/response',
      `${hub.endpoint}: expected a list of ${repository}, got ${(cause as Error).message}`,
      { cause },
    )
  }
}

const licenceIn = (card: unknown): string | undefined => {
  const { license, license_name: name } = (card ?? {}) as Record<string, unknown>
  const said = license === 'other' ? name : license
  return typeof said === 'string' && /^[\w .+-]{1,60}$/.test(said) ? said : undefined
}

function hubFile(name: string, told: readonly Told[]): HubFile {
  const { oid, lfs, size } = told.find(({ path }) => path === name)!
  const content = lfs?.oid ?? oid ?? ''
  const bytes = lfs?.size ?? size
  if (!isContent(content) || !Number.isSafeInteger(bytes) || bytes < 0)
    throw new Error(`${name}: expected a size and a hash, got ${bytes} and '${content}'`)
  return { name, bytes, content }
}

const mostShards = 64

/**
 * Those of our own names that are there: what a repository calls its files goes no further than this comparison.
 * @throws FlashWorldError `hub/missing`
 */
export function wanted(part: PublishedPart, there: readonly string[]): string[] {
  const found = new Set(there)
  const { names, extras = [], weights = [], repository } = part
  const missing = (name: string) =>
    new FlashWorldError('hub/missing', `${repository}: there is no file ${name}`)
  const require = (name: string) => {
    if (!found.has(name)) throw missing(name)
    return name
  }
  const weightFiles = (stem: string): string[] => {
    const whole = `${stem}.safetensors`
    if (found.has(whole)) return [whole]
    const index = `${whole}.index.json`
    if (!found.has(index)) throw missing(whole)
    const count = shardCounts.find((shards) => found.has(shardName(stem, 1, shards)))
    if (count === undefined) throw missing(shardName(stem, 1, 1))
    const shards = Array.from({ length: count }, (_, i) => require(shardName(stem, i + 1, count)))
    return [index, ...shards]
  }
  return [
    ...names.map(require),
    ...extras.filter((name) => found.has(name)),
    ...weights.flatMap(weightFiles),
  ]
}

const shardCounts = Array.from({ length: mostShards }, (_, i) => i + 1)

const shardName = (stem: string, shard: number, shards: number) =>
  `${stem}-${String(shard).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.safetensors`

const mostRequests = 20
/** Somebody waits for the answer. */
const listTries = 3
const mostListBytes = 16 * 2 ** 20

/** What the hub's client asks with: our patience, our token, and a limit to what it is told. */
function patientFetch(hub: Hub, waiting: Waiting): typeof fetch {
  let requests = 0
  return async (url) => {
    if (++requests > mostRequests) throw new Error(`more than ${mostRequests} pages`)
    return withTries({ ...hub.patience, tries: listTries }, waiting, async () => {
      const { headers, body } = await ask(hub, String(url as string), waiting)
      const parts: Uint8Array[] = []
      let bytes = 0
      for await (const part of body) {
        parts.push(part)
        bytes += part.length
        if (bytes > mostListBytes) throw new Error(`more than ${mostListBytes} bytes`)
      }
      const link = headers.get('link')
      return new Response(Buffer.concat(parts), { headers: link === null ? {} : { link } })
    })
  }
}
