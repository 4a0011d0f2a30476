import { CameraError } from '../camera-error.ts'
import { parseJson } from '../json-fields.ts'
import { looksLikeCameraTrack, readCameraTrack } from './camera-track.ts'
import { readColmapBinary } from './colmap/binary.ts'
import { readColmapText } from './colmap/text.ts'
import { isGlb } from './gltf/container.ts'
import { readGltf } from './gltf/read.ts'
import { readInria } from './inria.ts'
import { readNerfstudio } from './nerfstudio.ts'
import { looksLikeRealEstate10k, readRealEstate10k } from './realestate10k.ts'
import type { TrajectoryFiles } from './trajectory-files.ts'
import { readTextOf, TRAJECTORY_FOLDERS } from './trajectory-files.ts'
import { readTrajectoryJson } from './trajectory-json.ts'
import type { ReadTrajectoryOptions, Trajectory } from './trajectory.ts'

/** What a folder's cameras are looked for in, after COLMAP's pairs of files. */
const FILES_OF_FOLDERS = ['transforms.json', 'document.json', 'cameras.json', 'settings.json']

/**
 * The camera path of a file or folder, whichever it is: a published trajectory, request or scene
 * record, the published page's poses, 3DGS `cameras.json`, glTF, a COLMAP model in text or binary,
 * nerfstudio's `transforms.json`, a camera track of SuperSplat or splat-transform, RealEstate10K.
 * @throws CameraError `camera/format`, `camera/value`, `camera/size`, `camera/count`; what the files throw
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { filesInMemory, readTrajectory } from '@flashworld/camera'
 *
 * const files = filesInMemory({ 'cameras.json': await readFile('cameras.json') })
 * const { kind, cameras, notes } = await readTrajectory(files)
 * console.log(kind, cameras.length, ...notes)
 * ```
 */
export async function readTrajectory(
  files: TrajectoryFiles,
  options: ReadTrajectoryOptions = {},
): Promise<Trajectory> {
  const model = await readColmapOf(files, options)
  if (model) return model
  const [only] = files.names
  const name = files.names.length === 1 ? only : inFolder(files.names, FILES_OF_FOLDERS)
  if (name === undefined) {
    throw new CameraError(
      'camera/format',
      `the folder: expected COLMAP's cameras and images (.txt or .bin), or one of ${FILES_OF_FOLDERS.join(', ')}`,
    )
  }
  const bytes = await files.read(name)
  const folder = name.slice(0, name.lastIndexOf('/') + 1)
  const readBeside = (beside: string) => files.read(folder + beside)
  if (isGlb(bytes)) return readGltf(bytes, options, readBeside)
  const text = new TextDecoder().decode(bytes)
  if (looksLikeRealEstate10k(text)) return readRealEstate10k(text, options)
  const value = parseJson(text, 'trajectory')
  if (Array.isArray(value)) {
    return isInria(value) ? readInria(value, options.world) : readTrajectoryJson(value, options)
  }
  if (value !== null && typeof value === 'object') {
    const file = value as Record<string, unknown>
    if ('asset' in file && 'nodes' in file) return readGltf(bytes, options, readBeside)
    if (looksLikeCameraTrack(file)) return readCameraTrack(file, options)
    if ('frames' in file) return readNerfstudio(file, options)
    if ('cameras' in file) return readTrajectoryJson(file, options)
  }
  throw new CameraError(
    'camera/format',
    'trajectory: expected { resolution, cameras }, poses, 3DGS cameras.json, glTF, transforms.json, ' +
      'a camera track, RealEstate10K lines, or the folder of a COLMAP model',
  )
}

async function readColmapOf(
  files: TrajectoryFiles,
  { world }: ReadTrajectoryOptions,
): Promise<Trajectory | undefined> {
  const [cameras, images] = [
    inFolder(files.names, ['cameras.bin']),
    inFolder(files.names, ['images.bin']),
  ]
  if (cameras !== undefined && images !== undefined) {
    return readColmapBinary(
      { cameras: await files.read(cameras), images: await files.read(images) },
      world,
    )
  }
  const [lenses, poses] = [
    inFolder(files.names, ['cameras.txt']),
    inFolder(files.names, ['images.txt']),
  ]
  if (lenses === undefined || poses === undefined) return undefined
  return readColmapText(
    { cameras: await readTextOf(files, lenses), images: await readTextOf(files, poses) },
    world,
  )
}

/** The first of these names that the folder has, where cameras are looked for. */
function inFolder(names: readonly string[], wanted: readonly string[]): string | undefined {
  return TRAJECTORY_FOLDERS.flatMap((folder) => wanted.map((name) => folder + name)).find((name) =>
    names.includes(name),
  )
}

/** 3DGS cameras have a `rotation`, those of requests a `quaternion`. */
const isInria = (items: readonly unknown[]) => !Object.hasOwn(Object(items[0]), 'quaternion')
