import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Trajectory } from '@flashworld/camera'
import { readColmap, readTrajectory } from '@flashworld/camera'
import { readText } from 'flashworld/node'

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
export async function readTrajectoryFile(path: string): Promise<Trajectory> {
  if (
    await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
  ) {
    const [cameras, images] = await Promise.all(
      ['cameras.txt', 'images.txt'].map((name) => readText(join(path, name))),
    )
    return readColmap({ cameras: cameras!, images: images! })
  }
  return readTrajectory(await readText(path))
}
