import type { Mat4 } from '@flashworld/math'
import { decomposePose, poseMatrix, rotationOf } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import type { JsonFields } from '../json-fields.ts'
import { readArray, readNumber, readNumbers, readObject } from '../json-fields.ts'
import type { Lens } from '../lens.ts'
import { lensFromPixels, lensInPixels } from '../lens.ts'
import { checkImageSize } from '../picture.ts'
import { checkRotation } from './opencv-pose.ts'
import { checkTimes } from './trajectory-json.ts'
import type { ReadTrajectoryOptions, Trajectory } from './trajectory.ts'
import { DEFAULT_LENS, focalOfFov } from './trajectory.ts'

/** What bends the picture, by nerfstudio's names. */
const DISTORTION = ['k1', 'k2', 'k3', 'k4', 'p1', 'p2'] as const
const PINHOLES = ['OPENCV', 'PINHOLE', 'SIMPLE_PINHOLE', 'PERSPECTIVE', 'RADIAL', 'SIMPLE_RADIAL']

/**
 * nerfstudio's `transforms.json`: frames with an OpenGL camera-to-world `transform_matrix`, and
 * `fl_x`, `fl_y`, `cx`, `cy`, `w`, `h` of all frames or of each; `camera_angle_x` (radians) for
 * `fl_x`, as in the first NeRF data. Each frame's `time`, seconds, where all have one.
 * @throws CameraError `camera/format` (distorted lenses among it), `camera/value`, `camera/count`
 * @example
 * ```ts
 * import { readNerfstudio, templatePath, writeNerfstudio } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(readNerfstudio(JSON.parse(writeNerfstudio(path))).cameras.length) // 4
 * ```
 */
export function readNerfstudio(value: unknown, { lens }: ReadTrajectoryOptions = {}): Trajectory {
  const file = readObject(value, 'transforms.json', '{ frames }')
  const frames = readArray(file.frames, 'frames').map((frame, i) =>
    readObject(frame, `frames[${i}]`, '{ transform_matrix }'),
  )
  checkCameraCount(frames.length, 1)
  const viewport = (lens ?? DEFAULT_LENS).size
  const cameras = frames.map((frame, i) => {
    const where = `frames[${i}]`
    const pose = decomposePose(readMatrix(frame.transform_matrix, `${where}.transform_matrix`))
    return checkCamera({ ...pose, ...readLens({ ...file, ...frame }, viewport, where) }, where)
  })
  const timed = frames.every((frame) => frame.time !== undefined)
  const times = frames.map((frame, i) => readNumber(frame.time ?? 0, `frames[${i}].time`))
  return {
    kind: 'nerfstudio transforms.json',
    cameras,
    ...(timed && { times: checkTimes(times, frames.length) }),
    notes: [],
  }
}

/**
 * A `transforms.json` of these cameras.
 * @example
 * ```ts
 * import { templatePath, writeNerfstudio } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(JSON.parse(writeNerfstudio(path)).frames.length) // 4
 * ```
 */
export function writeNerfstudio(cameras: readonly Camera[], times?: readonly number[]): string {
  const frames = cameras.map((camera, i) => {
    const m = poseMatrix(camera)
    return {
      file_path: `images/${String(i).padStart(5, '0')}.png`,
      ...(times && { time: times[i] }),
      ...pixels(camera),
      transform_matrix: [0, 4, 8, 12].map((row) => m.slice(row, row + 4)),
    }
  })
  return JSON.stringify({ camera_model: 'OPENCV', frames }, null, 2)
}

function pixels(camera: Camera) {
  const { fx, fy, cx, cy } = lensInPixels(camera)
  return { fl_x: fx, fl_y: fy, cx, cy, w: camera.size.width, h: camera.size.height }
}

/** Of a frame's own fields and, behind them, the file's. */
function readLens(fields: JsonFields, viewport: Lens['size'], where: string): Lens {
  const optional = (key: string) =>
    fields[key] === undefined ? undefined : readNumber(fields[key], `${where}.${key}`)
  const model = fields.camera_model ?? 'OPENCV'
  const bent = DISTORTION.filter((key) => optional(key) ?? 0)
  if (!PINHOLES.includes(String(model)) || bent.length > 0) {
    throw new CameraError(
      'camera/format',
      `${where}: expected a lens that does not bend the picture; undistort the images first; ` +
        `got ${[String(model), ...bent.map((key) => `${key} ${optional(key)}`)].join(', ')}`,
    )
  }
  const [w, h, cx, cy] = [optional('w'), optional('h'), optional('cx'), optional('cy')]
  const width = w ?? (cx === undefined ? undefined : Math.round(2 * cx))
  const height = h ?? (cy === undefined ? undefined : Math.round(2 * cy))
  if (width === undefined || height === undefined) {
    const size = viewport
    const angle = readNumber(fields.camera_angle_x, `${where}.camera_angle_x`)
    const fx = focalOfFov(angle)
    return { fx, fy: (fx * size.width) / size.height, cx: 0.5, cy: 0.5, size }
  }
  const size = { width, height }
  checkImageSize(size, where)
  const angle = optional('camera_angle_x')
  const fx = optional('fl_x') ?? (angle === undefined ? undefined : focalOfFov(angle) * width)
  if (fx === undefined) {
    throw new CameraError('camera/format', `${where}: expected fl_x or camera_angle_x, got neither`)
  }
  const px = { fx, fy: optional('fl_y') ?? fx, cx: cx ?? width / 2, cy: cy ?? height / 2 }
  return lensFromPixels(px, size)
}

function readMatrix(value: unknown, where: string): Mat4 {
  const rows = readArray(value, where).map((row, i) =>
    readNumbers<readonly [number, number, number, number]>(row, `${where}[${i}]`, 'x, y, z, t'),
  )
  if (rows.length !== 4 && rows.length !== 3) {
    throw new CameraError('camera/format', `${where}: expected 4 rows of 4, got ${rows.length}`)
  }
  const matrix = [...rows.slice(0, 3).flat(), 0, 0, 0, 1] as unknown as Mat4
  checkRotation(rotationOf(matrix), where)
  return matrix
}
