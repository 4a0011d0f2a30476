import type { Mat4 } from '@flashworld/math'
import { invertPose, rotationOf } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import { DEFAULT_WORLD, checkRotation, fromOpenCvPose, toOpenCvPose } from './opencv-pose.ts'
import { checkTimes } from './trajectory-json.ts'
import type { ReadTrajectoryOptions, Trajectory } from './trajectory.ts'
import { DEFAULT_LENS, sizeOfAspect } from './trajectory.ts'

/** `timestamp fx fy cx cy k1 k2`, then three rows of four of the world-to-camera matrix. */
const FIELDS = 19
const MICROSECONDS = 1e6

/**
 * True for a text whose first line, or the one behind it, is RealEstate10K's.
 * @example
 * ```ts
 * import { looksLikeRealEstate10k, templatePath, writeRealEstate10k } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(looksLikeRealEstate10k(writeRealEstate10k(path))) // true
 * ```
 */
export function looksLikeRealEstate10k(text: string): boolean {
  return text.split('\n', 2).some((line) => {
    const fields = line.trim().split(/\s+/)
    return fields.length === FIELDS && fields.every((field) => Number.isFinite(Number(field)))
  })
}

/**
 * A trajectory of RealEstate10K: the film's address, then a line a camera. Times are in microseconds,
 * intrinsics normalised, poses world-to-camera with OpenCV's axes. The format has no size: pixels are
 * taken to be square, pictures as high as the viewport.
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 * @example
 * ```ts
 * import { readRealEstate10k, templatePath, writeRealEstate10k } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * const { cameras, times } = readRealEstate10k(writeRealEstate10k(path))
 * console.log(cameras.length, times) // 4 [0, 1, 2, 3]
 * ```
 */
export function readRealEstate10k(
  text: string,
  { lens = DEFAULT_LENS, world = DEFAULT_WORLD }: ReadTrajectoryOptions = {},
): Trajectory {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const rows = lines.slice(lines[0]!.length === FIELDS ? 0 : 1).filter(([first]) => first !== '')
  checkCameraCount(rows.length, 1)
  const numbers = rows.map((row, i) => readRow(row, `line ${i + 1}`))
  const cameras = numbers.map(([, fx, fy, cx, cy, , , ...entries], i) => {
    const where = `line ${i + 1}`
    const worldToCamera = [...entries, 0, 0, 0, 1] as unknown as Mat4
    checkRotation(rotationOf(worldToCamera), where)
    const size = sizeOfAspect(fy! / fx!, lens.size)
    const pose = fromOpenCvPose(invertPose(worldToCamera), world)
    return checkCamera({ ...pose, fx: fx!, fy: fy!, cx: cx!, cy: cy!, size }, where)
  })
  const times = numbers.map(([time]) => time! / MICROSECONDS)
  const { width, height } = cameras[0]!.size
  return {
    kind: 'RealEstate10K trajectory',
    cameras,
    // some tools write the same time, or frames' numbers, everywhere
    ...(rises(times) && { times: checkTimes(times, times.length) }),
    notes: [`no size in the file: taken to be ${width}x${height}, by square pixels`],
  }
}

/**
 * A trajectory of these cameras; without times, one camera a second.
 * @example
 * ```ts
 * import { templatePath, writeRealEstate10k } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(writeRealEstate10k(path, [0, 0.5, 1, 2]))
 * ```
 */
export function writeRealEstate10k(
  cameras: readonly Camera[],
  times?: readonly number[],
  world = DEFAULT_WORLD,
): string {
  const rows = cameras.map((camera, i) => {
    const { fx, fy, cx, cy } = camera
    const pose = invertPose(toOpenCvPose(camera, world)).slice(0, 12)
    return [Math.round((times?.[i] ?? i) * MICROSECONDS), fx, fy, cx, cy, 0, 0, ...pose].join(' ')
  })
  return `flashworld\n${rows.join('\n')}\n`
}

const rises = (times: readonly number[]) => times.every((t, i) => i === 0 || t > times[i - 1]!)

function readRow(row: readonly string[], where: string): number[] {
  const numbers = row.map(Number)
  if (row.length !== FIELDS || !numbers.every(Number.isFinite)) {
    throw new CameraError(
      'camera/format',
      `${where}: expected ${FIELDS} numbers, got '${row.join(' ').slice(0, 80)}'`,
    )
  }
  if (numbers[5] !== 0 || numbers[6] !== 0) {
    throw new CameraError(
      'camera/format',
      `${where}: expected a lens that does not bend the picture, got k1 ${numbers[5]}, k2 ${numbers[6]}`,
    )
  }
  return numbers
}
