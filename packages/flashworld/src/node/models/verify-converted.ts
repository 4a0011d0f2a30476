import { createHash } from 'node:crypto'
import { lstat, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readManifest } from '@flashworld/models'
import { folderSource } from '../files.ts'
import { hashFile } from './content-hash.ts'

/** What is wrong with a file of a converted model. `elsewhere`: it is reached through a link. */
export interface ConvertedFault {
  readonly path: string
  readonly fault: 'missing' | 'elsewhere' | 'size' | 'content'
}

/** Who hears of a verification, and who ends it. */
export interface VerifyOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
}

/**
 * Reads all of a converted model and holds it against its manifest.
 * @returns nothing when all is well
 * @throws WeightsError when there is no manifest, or one that is none; the system's errors; the signal's reason
 * @example
 * ```ts shown
 * import { convertedFolder, verifyConverted } from 'flashworld/node'
 *
 * const faults = await verifyConverted(convertedFolder('flashworld', 'int8'))
 * for (const { path, fault } of faults) console.error(path, fault)
 * ```
 */
export async function verifyConverted(
  folder: string,
  { signal, onProgress }: VerifyOptions = {},
): Promise<ConvertedFault[]> {
  const { files } = await readManifest(folderSource(folder))
  const root = await realpath(resolve(folder))
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let doneBytes = 0
  const faults: ConvertedFault[] = []
  for (const { path, bytes, sha256 } of files) {
    signal?.throwIfAborted()
    const place = join(root, path)
    const found = await lstat(place).catch(() => undefined)
    const fault = async (): Promise<ConvertedFault['fault'] | undefined> => {
      if (!found) return 'missing'
      if (!found.isFile() || (await realpath(place)) !== place) return 'elsewhere'
      if (found.size !== bytes) return 'size'
      const hash = createHash('sha256')
      const onBytes = (count: number) => onProgress?.((doneBytes += count), totalBytes)
      await hashFile(hash, place, { ...(signal && { signal }), onBytes })
      return hash.digest('hex') === sha256 ? undefined : 'content'
    }
    const wrong = await fault()
    if (wrong) faults.push({ path, fault: wrong })
  }
  return faults
}
