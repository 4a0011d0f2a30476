import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { WeightSource } from '@flashworld/models'

/** A checkpoint's folder on disk. The file names come from our own code and its index files, never from a request. */
export function folderSource(folder: string): WeightSource {
  return {
    name: folder,
    async size(path) {
      const found = await stat(join(folder, path)).catch(() => undefined)
      return found?.isFile() ? found.size : undefined
    },
    async read(path, start, end) {
      const file = await open(join(folder, path))
      try {
        const bytes = new Uint8Array(end - start)
        let got = 0
        while (got < bytes.length) {
          const { bytesRead } = await file.read(bytes, got, bytes.length - got, start + got)
          if (bytesRead === 0) break
          got += bytesRead
        }
        return bytes.subarray(0, got)
      } finally {
        await file.close()
      }
    },
  }
}
