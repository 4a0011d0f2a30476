import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCameraCount } from '../camera.ts'
import { sameSize } from '../picture.ts'
import { timesAreEven, writeCameraTrack } from './camera-track.ts'
import { writeColmapText } from './colmap/text.ts'
import { writeGltf, writeGltfBinary } from './gltf/write.ts'
import { writeInria } from './inria.ts'
import { writeNerfstudio } from './nerfstudio.ts'
import { writeRealEstate10k } from './realestate10k.ts'
import { writeTrajectoryJson } from './trajectory-json.ts'
import type { Trajectory } from './trajectory.ts'

type Path = Pick<Trajectory, 'cameras' | 'times'>

/** What a format cannot say of a path. */
type Lost = 'times' | 'uneven times' | 'size' | 'sizes' | 'centre' | 'aspect'

/** A format that paths are written in. */
export interface TrajectoryFormat {
  readonly name: string
  /** What it is, for help texts. */
  readonly summary: string
  /** How a file's name ends that is written in it; `/` is a folder. */
  readonly ending: string
  readonly loses: readonly Lost[]
  /** Its files by name; '' is the name that was asked for. */
  readonly write: (path: Path) => Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>
}

/** In the order in which a name is looked up: `cameras.json` before `.json`. */
export const TRAJECTORY_FORMATS: readonly TrajectoryFormat[] = [
  {
    name: '3dgs',
    summary: '3DGS cameras.json',
    ending: 'cameras.json',
    loses: ['times', 'centre'],
    write: ({ cameras }) => ({ '': writeInria(cameras) }),
  },
  {
    name: 'nerfstudio',
    summary: "nerfstudio's transforms.json",
    ending: 'transforms.json',
    loses: [],
    write: ({ cameras, times }) => ({ '': writeNerfstudio(cameras, times) }),
  },
  {
    name: 'track',
    summary: 'camera track of splat-transform',
    ending: 'track.json',
    loses: ['uneven times', 'size', 'sizes', 'centre', 'aspect'],
    write: ({ cameras, times }) => ({ '': writeCameraTrack(cameras, times) }),
  },
  {
    name: 'trajectory',
    summary: 'published trajectory',
    ending: '.json',
    loses: [],
    write: ({ cameras, times }) => ({ '': writeTrajectoryJson(cameras, times) }),
  },
  {
    name: 'gltf',
    summary: 'glTF camera animation',
    ending: '.gltf',
    loses: ['sizes', 'centre', 'aspect'],
    write: ({ cameras, times }) => ({ '': writeGltf(cameras, times) }),
  },
  {
    name: 'glb',
    summary: 'the same, binary',
    ending: '.glb',
    loses: ['sizes', 'centre', 'aspect'],
    write: ({ cameras, times }) => ({ '': writeGltfBinary(cameras, times) }),
  },
  {
    name: 'realestate10k',
    summary: 'RealEstate10K lines',
    ending: '.txt',
    loses: ['size', 'sizes'],
    write: ({ cameras, times }) => ({ '': writeRealEstate10k(cameras, times) }),
  },
  {
    name: 'colmap',
    summary: 'folder of a COLMAP model in text',
    ending: '/',
    loses: ['times'],
    write: ({ cameras }) => {
      const { cameras: lenses, images } = writeColmapText(cameras)
      return { 'cameras.txt': lenses, 'images.txt': images, 'points3D.txt': '' }
    },
  },
]

/**
 * The format of a file by its name; a name without an ending is a folder.
 * @throws CameraError `camera/format`
 * @example
 * ```ts
 * import { trajectoryFormatOf } from '@flashworld/camera'
 *
 * console.log(trajectoryFormatOf('path.gltf').name, trajectoryFormatOf('colmap').name) // 'gltf' 'colmap'
 * ```
 */
export function trajectoryFormatOf(path: string): TrajectoryFormat {
  const name = path.toLowerCase().replace(/^.*[\\/](?=.)/, '')
  const folder = !/\.[^./\\]+$/.test(name)
  const found = TRAJECTORY_FORMATS.find(({ ending }) =>
    folder ? ending === '/' : name.endsWith(ending),
  )
  if (found) return found
  const endings = TRAJECTORY_FORMATS.map(({ ending, summary }) => `${ending} (${summary})`)
  throw new CameraError('camera/format', `${path}: expected a name in ${endings.join(', ')}`)
}

/** Files by name, and what they cannot say of the path, a phrase each. */
export interface WrittenTrajectory {
  readonly files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>
  readonly notes: readonly string[]
}

/**
 * A path in a format: its files, and what they cannot say of it.
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { templatePath, trajectoryFormatOf, writeTrajectory } from '@flashworld/camera'
 *
 * const cameras = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * const { files, notes } = writeTrajectory({ cameras }, trajectoryFormatOf('colmap/'))
 * console.log(Object.keys(files), ...notes)
 * ```
 */
export function writeTrajectory(path: Path, format: TrajectoryFormat): WrittenTrajectory {
  checkCameraCount(path.cameras.length, 1)
  const notes = format.loses.filter((what) => has[what](path)).map((what) => phrases[what])
  return { files: format.write(path), notes: notes.map((text) => `${format.summary}: ${text}`) }
}

const isOffCentre = ({ cx, cy }: Camera) => Math.hypot(cx - 0.5, cy - 0.5) > 1e-9
const aspectOf = ({ fx, fy }: Camera) => fy / fx

/** Whether a path has what a format cannot say. */
const has: Readonly<Record<Lost, (path: Path) => boolean>> = {
  times: ({ times }) => times !== undefined,
  'uneven times': ({ times }) => times !== undefined && !timesAreEven(times),
  size: () => true,
  sizes: ({ cameras }) => cameras.some(({ size }) => !sameSize(size, cameras[0]!.size)),
  centre: ({ cameras }) => cameras.some(isOffCentre),
  aspect: ({ cameras }) =>
    cameras.some((c) => Math.abs(aspectOf(c) / aspectOf(cameras[0]!) - 1) > 1e-9),
}

const phrases: Readonly<Record<Lost, string>> = {
  times: 'has no times; they are left out',
  'uneven times': 'has even times; the path is resampled to 30 frames a second',
  size: 'does not say how large the pictures are',
  sizes: 'has pictures of one size',
  centre: 'has the principal point in the middle of the picture',
  aspect: 'has one shape of pixels',
}
