import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ByteRange, Place } from '../artifacts/store.ts'
import { ServerError } from '../errors.ts'
import type { Services } from '../services.ts'

/** Shown as they are; everything else is a download. */
const pictureTypes: Readonly<Record<string, string>> = {
  webp: 'image/webp',
  png: 'image/png',
  mp4: 'video/mp4',
}

/**
 * Sends a file: whole, or the one range that is asked for, or 304 when the client has it.
 * @param as what the client's file is called; the file's own name when left out
 * @throws ServerError `file/unknown`, `file/range`
 */
export async function sendArtifact(
  { artifacts }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  {
    place,
    name,
    as = name,
  }: { readonly place: Place; readonly name: string; readonly as?: string },
) {
  const found = await artifacts.find(place, name)
  if (!found) throw new ServerError('file/unknown', 'there is no such file')
  const ending = name.split('.').at(-1)!
  const type = pictureTypes[ending]
  void reply
    .header('etag', found.etag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header(
      'content-type',
      type ?? (ending === 'json' ? 'application/json' : 'application/octet-stream'),
    )
    .header('content-security-policy', "sandbox; default-src 'none'")
  const plain = as.replace(/[^\w.-]+/g, '-')
  const full = encodeURIComponent(as).replace(/['()*]/g, '')
  void reply.header(
    'content-disposition',
    `${type ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${full}`,
  )
  if (request.headers['if-none-match'] === found.etag) return reply.status(304).send()
  const fresh = (request.headers['if-range'] ?? found.etag) === found.etag
  const range = fresh ? rangeOf(request.headers.range, found.bytes) : undefined
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${found.bytes}`)
    throw new ServerError('file/range', `expected a range within ${found.bytes} bytes`)
  }
  if (range) {
    void reply
      .status(206)
      .header('content-range', `bytes ${range.start}-${range.end}/${found.bytes}`)
  }
  void reply.header('content-length', range ? range.end - range.start + 1 : found.bytes)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(await artifacts.open(place, name, range))
}

/** The one range of a Range header; several, or anything else, mean the whole file. */
export function rangeOf(
  header: string | undefined,
  bytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  if (from === '') {
    const count = Math.min(Number(to), bytes)
    return count === 0 ? 'unsatisfiable' : { start: bytes - count, end: bytes - 1 }
  }
  const start = Number(from)
  const end = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  if (to !== '' && Number(to) < start) return undefined
  return start >= bytes ? 'unsatisfiable' : { start, end }
}
