import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { HubFile } from './hub-listing.ts'

/** The hash by which the hub names a content: SHA-256, or Git's own SHA-1 of a small file. */
export function contentHash({ content, bytes }: Pick<HubFile, 'content' | 'bytes'>): Hash {
  return content.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`)
}

export interface ReadThrough {
  readonly signal?: AbortSignal
  /** Of each piece. */
  readonly onBytes?: (bytes: number) => void
}

/** Feeds a file, or its beginning, to a hash. @throws the system's errors; the signal's reason */
export async function hashFile(
  hash: Hash,
  path: string,
  { signal, onBytes, bytes }: ReadThrough & { readonly bytes?: number } = {},
): Promise<void> {
  if (bytes === 0) return
  const stream = createReadStream(path, {
    highWaterMark: 2 ** 20,
    ...(bytes !== undefined && { end: bytes - 1 }),
    ...(signal && { signal }),
  })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    onBytes?.(chunk.length)
  }
}
