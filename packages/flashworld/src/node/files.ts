import { closeSync, openSync, readSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { WeightSource } from '@flashworld/models'

/**
 * Bytes that are read without waiting. A model has a thousand small tensors, and three waits for each, to open, read and
 * close, would take longer than the reading.
 */
const pieceBytes = 2 ** 20

/** A checkpoint's folder on disk. The file names come from our own code and its index files, never from a request. */
export function folderSource(folder: string): WeightSource {
  return {
    name: folder,
    async size(path) {
      const found = await stat(join(folder, path)).catch(() => undefined)
      return found?.isFile() ? found.size : undefined
    },
    async read(path, start, end) {
      const file = openSync(join(folder, path), 'r')
      try {
        const bytes = new Uint8Array(end - start)
        let got = 0
        while (got < bytes.length) {
          if (got > 0) await othersTurn()
          const read = readSync(
            file,
            bytes,
            got,
            Math.min(pieceBytes, bytes.length - got),
            start + got,
          )
          if (read === 0) break
          got += read
        }
        return bytes.subarray(0, got)
      } finally {
        closeSync(file)
      }
    },
  }
}
