import type { WeightSource } from '@flashworld/models'
import { WeightsError } from '@flashworld/models'
import type { HttpOptions, RemoteFile } from './http-bytes.ts'
import { openRemote, streamBytes } from './http-bytes.ts'

/** Small tensors lie side by side: one request brings some of them. */
const blockBytes = 2 ** 20
/** Kept of each file. */
const keptBlocks = 16

/**
 * A checkpoint's folder on a server, read by ranges: no more is transferred than what is used. Files of a server that
 * gives no ranges are read whole, into memory.
 * @param folder its URL, relative to the page's or worker's own
 * @throws WeightsError `weights/network`, `weights/changed` while reading
 * @example
 * ```ts shown
 * import { loadFlashWorld } from 'flashworld'
 * import { browserImages, httpSource, openEngine } from 'flashworld/browser'
 *
 * using engine = await openEngine()
 * const source = httpSource('/mini/')
 * using world = await loadFlashWorld({ engine, source, images: browserImages })
 * ```
 */
export function httpSource(folder: string | URL, options: HttpOptions = {}): WeightSource {
  const base = folderUrl(folder)
  const open = remember(async (path: string) => {
    const file = await openRemote(fileUrl(base, path), options)
    return file && readerOf(file, options)
  })
  return {
    name: base.href,
    size: async (path) => (await open(path))?.size,
    async read(path, start, end) {
      const file = await open(path)
      return file ? file.read(start, end) : new Uint8Array(0)
    },
  }
}

export function folderUrl(folder: string | URL): URL {
  const url = new URL(folder, globalThis.location?.href)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** @throws WeightsError `weights/missing-file` for a path that leaves the folder: index files name others */
export function fileUrl(base: URL, path: string): URL {
  const url = new URL(path.split('/').map(encodeURIComponent).join('/'), base)
  if (url.href.startsWith(base.href)) return url
  throw new WeightsError('weights/missing-file', `no file '${path}' in ${base.href}`)
}

interface Reader {
  readonly size: number
  read(start: number, end: number): Promise<Uint8Array>
}

async function readerOf(file: RemoteFile, options: HttpOptions): Promise<Reader> {
  const { size, ranged } = file
  if (!ranged || size === undefined) {
    const whole = await gather(
      streamBytes(file, { start: 0, end: size ?? Infinity }, options),
      size,
    )
    return {
      size: whole.length,
      read: (start, end) => Promise.resolve(whole.subarray(start, end)),
    }
  }
  const fetchRange = (start: number, end: number) =>
    gather(streamBytes(file, { start, end }, options), Math.max(0, end - start))
  const block = remember(
    (index: number) => fetchRange(index * blockBytes, Math.min(size, (index + 1) * blockBytes)),
    keptBlocks,
  )
  return {
    size,
    async read(start, end) {
      const stop = Math.min(end, size)
      if (stop - start >= blockBytes) return fetchRange(start, stop)
      const first = Math.floor(start / blockBytes)
      const last = Math.floor((stop - 1) / blockBytes)
      const parts = [await block(first), ...(last > first ? [await block(last)] : [])]
      const bytes = parts.length === 1 ? parts[0]! : join(parts)
      return bytes.subarray(start - first * blockBytes, stop - first * blockBytes)
    },
  }
}

/** Does a thing once for each key, and again where it failed. @param most results that are kept, the last used ones */
function remember<Key, Value>(make: (key: Key) => Promise<Value>, most = Infinity) {
  const known = new Map<Key, Promise<Value>>()
  return (key: Key): Promise<Value> => {
    const made = known.get(key) ?? make(key)
    known.delete(key)
    known.set(key, made)
    made.catch(() => known.delete(key))
    if (known.size > most) known.delete(known.keys().next().value!)
    return made
  }
}

/** All bytes of a stream as one. @param size how many they are, where that is known: memory then holds them once */
async function gather(chunks: AsyncIterable<Uint8Array>, size?: number): Promise<Uint8Array> {
  if (size === undefined) return join(await Array.fromAsync(chunks))
  const whole = new Uint8Array(size)
  let at = 0
  for await (const bytes of chunks) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
