import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { ReadTrajectoryOptions, Trajectory, TrajectoryFiles } from '@flashworld/camera'
import { readTrajectory, TRAJECTORY_FOLDERS } from '@flashworld/camera'
import { readNamed } from './standard-streams.ts'

const endings = ['.json', '.gltf', '.glb', '.txt']

/** True for what `readTrajectoryFile` takes: JSON, glTF, lines of text, a folder. */
export async function looksLikeTrajectory(path: string): Promise<boolean> {
  return (await isFolder(path)) || endings.includes(extname(path).toLowerCase())
}

/**
 * Reads cameras from a file or folder of any kind.
 * @throws FlashWorldError `input/unreadable`; CameraError
 */
export async function readTrajectoryFile(
  path: string,
  options: ReadTrajectoryOptions = {},
): Promise<Trajectory> {
  return readTrajectory(await openTrajectory(path), options)
}

/** A file, or the files of a folder; of COLMAP's files, named alone, all that lie beside. */
async function openTrajectory(path: string): Promise<TrajectoryFiles> {
  if (await isFolder(path)) return openFolder(path)
  if (/^(cameras|images)\.(txt|bin)$/i.test(basename(path))) return openFolder(dirname(path))
  const folder = dirname(path)
  return { names: [basename(path)], read: (name) => readNamed(join(folder, name)) }
}

async function openFolder(path: string): Promise<TrajectoryFiles> {
  const names = await Promise.all(
    TRAJECTORY_FOLDERS.map(async (folder) =>
      (await readdir(join(path, folder)).catch(() => [])).map((name) => folder + name),
    ),
  )
  return { names: names.flat(), read: (name) => readNamed(join(path, name)) }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
