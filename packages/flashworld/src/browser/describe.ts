import type { StoredPrecision } from '@flashworld/models'
import { manifestPath, readManifest } from '@flashworld/models'
import type { HttpOptions } from './http-bytes.ts'
import { httpSource } from './http-source.ts'
import type { CheckpointFile } from './opfs.ts'

/** A converted model on a server, before anything of it is fetched. */
export interface RemoteCheckpoint {
  /** What requests and records call it. */
  readonly name: string
  readonly precision: StoredPrecision
  /** Of all its files. */
  readonly bytes: number
  /** For `storeCheckpoint`, the one that says that it is whole the last. */
  readonly files: readonly CheckpointFile[]
}

/**
 * Reads what the folder of a converted model says of itself: its sizes, before one is asked to fetch it, and its hashes.
 * @param folder its URL
 * @throws WeightsError `weights/missing-file` where the folder holds no converted model, `weights/manifest`,
 * `weights/outdated`, `weights/network`
 * @example
 * ```ts shown
 * import { describeCheckpoint, storeCheckpoint } from 'flashworld/browser'
 *
 * const url = '/models/flashworld/'
 * const { name, bytes, files } = await describeCheckpoint(url)
 * if (confirm(`${name} takes ${bytes / 1e9} GB`)) await storeCheckpoint(name, { url, files })
 * ```
 */
export async function describeCheckpoint(
  folder: string | URL,
  options: HttpOptions = {},
): Promise<RemoteCheckpoint> {
  const { name, precision, files } = await readManifest(httpSource(folder, options))
  return {
    name,
    precision,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: [...files.map(({ path, sha256 }) => ({ path, sha256 })), { path: manifestPath }],
  }
}

/**
 * Whether the files of a checkpoint that are stored are all that there are: the last says so.
 * @example
 * ```ts shown
 * import { isWholeCheckpoint, storedCheckpoints } from 'flashworld/browser'
 *
 * for (const { name, paths } of await storedCheckpoints())
 *   console.log(name, isWholeCheckpoint(paths) ? 'is there' : 'is there in part')
 * ```
 */
export const isWholeCheckpoint = (paths: readonly string[]): boolean => paths.includes(manifestPath)
