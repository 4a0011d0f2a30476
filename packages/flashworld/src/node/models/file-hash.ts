import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export interface ReadThrough {
  readonly signal?: AbortSignal
  /** Of each piece. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/**
 * Feeds a file, or its first `bytes`, to a hash.
 * @throws the system's errors; the signal's reason
 */
export async function hashFile(
  hash: Hash,
  path: string,
  { signal, onBytes, bytes }: ReadThrough & { readonly bytes?: number } = {},
): Promise<void> {
  if (bytes === 0) return
  const stream = createReadStream(path, {
    highWaterMark: 2 ** 22,
    ...(bytes !== undefined && { end: bytes - 1 }),
    ...(signal && { signal }),
  })
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    onBytes?.(chunk.byteLength)
  }
}

/** SHA-256 of a file, in hexadecimal. @throws the system's errors; the signal's reason */
export async function hashOf(path: string, options: ReadThrough = {}): Promise<string> {
  const hash = createHash('sha256')
  await hashFile(hash, path, options)
  return hash.digest('hex')
}
