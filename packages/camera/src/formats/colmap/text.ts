import { decomposePose, invertPose } from '@flashworld/math'
import { CameraError } from '../../camera-error.ts'
import type { Camera } from '../../camera.ts'
import { lensInPixels } from '../../lens.ts'
import type { WorldAxes } from '../opencv-pose.ts'
import { DEFAULT_WORLD, toOpenCvPose } from '../opencv-pose.ts'
import type { Trajectory } from '../trajectory.ts'
import type { ColmapCamera, ColmapImage } from './model.ts'
import { colmapTrajectory } from './model.ts'

/** The two text files of a COLMAP model that say where its cameras are. */
export interface ColmapText {
  /** `cameras.txt`: the intrinsics. */
  readonly cameras: string
  /** `images.txt`: the world-to-camera poses. */
  readonly images: string
}

/**
 * The cameras of a COLMAP model in text form, in the order of their images' names.
 * @param world the file's world; default `rdf`, y down
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 * @example
 * ```ts
 * import { readColmapText, templatePath, writeColmapText } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(readColmapText(writeColmapText(path)).cameras.length) // 4
 * ```
 */
export function readColmapText(text: ColmapText, world: WorldAxes = DEFAULT_WORLD): Trajectory {
  const cameras = readCameras(text.cameras)
  return colmapTrajectory(
    imageLines(text.images).map((line) => readImage(line, cameras)),
    world,
  )
}

/**
 * `cameras.txt` and `images.txt` of these cameras; a whole model adds an empty `points3D.txt`.
 * @example
 * ```ts
 * import { templatePath, writeColmapText } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * const { cameras, images } = writeColmapText(path)
 * console.log(cameras, images)
 * ```
 */
export function writeColmapText(
  cameras: readonly Camera[],
  world: WorldAxes = DEFAULT_WORLD,
): ColmapText {
  const lenses = new Map<string, number>()
  const images = cameras.map((camera, i) => {
    const { fx, fy, cx, cy } = lensInPixels(camera)
    const { width, height } = camera.size
    const lens = `PINHOLE ${width} ${height} ${fx} ${fy} ${cx} ${cy}`
    const id = lenses.get(lens) ?? lenses.size + 1
    lenses.set(lens, id)
    const { rotation, position } = decomposePose(invertPose(toOpenCvPose(camera, world)))
    const name = `${String(i).padStart(5, '0')}.png`
    // The empty second line of each image is its list of points.
    return `${[i + 1, ...rotation, ...position, id].join(' ')} ${name}\n\n`
  })
  return {
    cameras: [...lenses].map(([lens, id]) => `${id} ${lens}\n`).join(''),
    images: images.join(''),
  }
}

function readCameras(text: string): Map<string, ColmapCamera> {
  const cameras = new Map<string, ColmapCamera>()
  for (const line of lines(text)) {
    if (line === '') continue
    const [id = '', model = '', width, height, ...params] = line.split(/\s+/)
    const size = { width: Number(width), height: Number(height) }
    cameras.set(id, { model, size, params: params.map(Number) })
  }
  return cameras
}

/** The first line of each image; the one after it is a list of points, often empty. */
function imageLines(text: string): string[] {
  const found: string[] = []
  const all = lines(text)
  for (let i = 0; i < all.length; i++) {
    if (all[i] === '') continue
    found.push(all[i]!)
    i++
  }
  return found
}

function readImage(line: string, cameras: ReadonlyMap<string, ColmapCamera>): ColmapImage {
  const fields = line.split(/\s+/)
  const where = `images.txt: image ${fields[0]}`
  const [qw = NaN, qx = NaN, qy = NaN, qz = NaN, x = NaN, y = NaN, z = NaN] = fields
    .slice(1, 8)
    .map(Number)
  const camera = cameras.get(fields[8] ?? '')
  if (fields.length < 10 || !camera) {
    throw new CameraError(
      'camera/format',
      `${where}: expected IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME with a camera of ` +
        `cameras.txt, got '${line.slice(0, 100)}'`,
    )
  }
  const pose = { rotation: [qw, qx, qy, qz], position: [x, y, z] } as const
  return { name: fields.slice(9).join(' '), pose, camera, where }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#'))
}
