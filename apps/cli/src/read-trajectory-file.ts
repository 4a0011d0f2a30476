import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Trajectory } from '@flashworld/camera'
import { readColmap, readTrajectory } from '@flashworld/camera'
import { readText } from 'flashworld/node'

export interface TrajectoryFile extends Trajectory {
  readonly kind: 'trajectory' | '3DGS cameras.json' | 'glTF camera' | 'COLMAP model'
}

/** True for what `readTrajectoryFile` takes: JSON, glTF, or a folder of COLMAP's text files. */
export async function looksLikeTrajectory(path: string): Promise<boolean> {
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return folder || ['.json', '.gltf'].includes(extname(path).toLowerCase())
}

/**
 * Reads cameras from a file of any kind, or from a folder with COLMAP's `cameras.txt` and `images.txt`.
 * @throws FlashWorldError `input/unreadable`; CameraError
 */
export async function readTrajectoryFile(path: string): Promise<TrajectoryFile> {
  if (
    await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
  ) {
    const [cameras, images] = await Promise.all(
      ['cameras.txt', 'images.txt'].map((name) => readText(join(path, name))),
    )
    return { ...readColmap({ cameras: cameras!, images: images! }), kind: 'COLMAP model' }
  }
  const content = await readText(path)
  return { ...readTrajectory(content), kind: kindOf(content) }
}

/** Of a text that was read already, so it is one of the three. */
function kindOf(content: string): TrajectoryFile['kind'] {
  const value = JSON.parse(content) as object
  if (Array.isArray(value)) return '3DGS cameras.json'
  return 'asset' in value ? 'glTF camera' : 'trajectory'
}
