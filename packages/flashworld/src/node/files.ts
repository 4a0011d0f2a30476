import { closeSync, openSync, readSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { WeightSource } from '@flashworld/models'
import { lendBuffer } from '@flashworld/models'

/**
 * Bytes that are read without waiting. A model has a thousand small tensors, and three waits for each, to open, read and
 * close, would take longer than the reading.
 */
const smallBytes = 2 ** 20

/** Larger ranges are read in pieces, some at once: one reader alone is slower than a disk, and than the page cache. */
const pieceBytes = 2 ** 24
const piecesAtOnce = 4

/**
 * A checkpoint's folder on disk. The file names come from our own code and its index files, never from a request.
 * @example
 * ```ts
 * import { checkpointDefaults } from 'flashworld'
 * import { embeddedModel, folderSource } from 'flashworld/node'
 *
 * console.log((await checkpointDefaults(folderSource(embeddedModel()))).model) // 'mini'
 * ```
 */
export function folderSource(folder: string): WeightSource {
  return {
    name: folder,
    async size(path) {
      const found = await stat(join(folder, path)).catch(() => undefined)
      return found?.isFile() ? found.size : undefined
    },
    async read(path, start, end) {
      const [file, count] = [join(folder, path), end - start]
      return count <= smallBytes
        ? readSmall({ file, start, bytes: new Uint8Array(count) })
        : readLarge({ file, start, bytes: new Uint8Array(lendBuffer(count)) })
    },
  }
}

/** Where to read from, and what to fill. */
interface Range {
  readonly file: string
  readonly start: number
  readonly bytes: Uint8Array
}

/** @returns what there was of the range, from its start on */
function readSmall({ file, start, bytes }: Range): Uint8Array {
  const opened = openSync(file, 'r')
  try {
    let got = 0
    while (got < bytes.length) {
      const read = readSync(opened, bytes, got, bytes.length - got, start + got)
      if (read === 0) break
      got += read
    }
    return bytes.subarray(0, got)
  } finally {
    closeSync(opened)
  }
}

/** The same beside whatever else goes on. */
async function readLarge({ file, start, bytes }: Range): Promise<Uint8Array> {
  await using opened = await open(file, 'r')
  let next = 0
  let end = bytes.length
  const reader = async () => {
    while (next < end) {
      let at = next
      const pieceEnd = (next = Math.min(end, at + pieceBytes))
      while (at < pieceEnd) {
        const { bytesRead } = await opened.read(bytes, at, pieceEnd - at, start + at)
        if (bytesRead === 0) end = Math.min(end, at)
        if (bytesRead === 0) break
        at += bytesRead
      }
    }
  }
  await Promise.all(Array.from({ length: piecesAtOnce }, reader))
  return bytes.subarray(0, end)
}
