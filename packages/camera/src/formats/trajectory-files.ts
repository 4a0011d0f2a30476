import { CameraError } from '../camera-error.ts'

/** What a trajectory is read from: a file, or the files of a folder. The platform brings the bytes. */
export interface TrajectoryFiles {
  /** The file's name, or the names in the folder, relative to it. */
  readonly names: readonly string[]
  /** The bytes of one of them, or of a file that one of them names as standing beside it. */
  read(name: string): Promise<Uint8Array>
}

/**
 * Files that are in memory, by name.
 * @example
 * ```ts
 * import { filesInMemory, readTrajectory, templatePath, writeInria } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * const { kind } = await readTrajectory(filesInMemory({ 'cameras.json': writeInria(path) }))
 * console.log(kind) // '3DGS cameras.json'
 * ```
 */
export function filesInMemory(
  files: Readonly<Record<string, Uint8Array | string>>,
): TrajectoryFiles {
  return {
    names: Object.keys(files),
    read: async (name) => {
      const found = files[name]
      if (found === undefined) {
        throw new CameraError('camera/format', `${name}: expected this file, which is not there`)
      }
      return typeof found === 'string' ? new TextEncoder().encode(found) : found
    },
  }
}

/**
 * The text of one of the files.
 * @throws what the platform throws
 * @example
 * ```ts
 * import { filesInMemory, readTextOf } from '@flashworld/camera'
 *
 * console.log(await readTextOf(filesInMemory({ 'a.txt': 'hello' }), 'a.txt')) // 'hello'
 * ```
 */
export async function readTextOf(files: TrajectoryFiles, name: string): Promise<string> {
  return new TextDecoder().decode(await files.read(name))
}

/** Where in a folder its cameras are looked for; COLMAP puts a model into `sparse/0`. */
export const TRAJECTORY_FOLDERS = ['', 'sparse/', 'sparse/0/', 'colmap/sparse/0/'] as const
