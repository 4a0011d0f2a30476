import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 of a file, in hexadecimal. @throws the system's errors; the signal's reason */
export async function hashOf(
  path: string,
  { signal, onBytes }: { signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = createHash('sha256')
  const stream = createReadStream(path, { highWaterMark: 2 ** 22, ...(signal && { signal }) })
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    onBytes?.(chunk.byteLength)
  }
  return hash.digest('hex')
}
