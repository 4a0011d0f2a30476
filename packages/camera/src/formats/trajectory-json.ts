import type { Quat, Vec3 } from '@flashworld/math'
import { normalizeQuat } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import type { JsonFields } from '../json-fields.ts'
import { readArray, readNumber, readNumbers, readObject } from '../json-fields.ts'
import { camerasFromJson, camerasToJson, readCamerasJson } from '../json.ts'
import { fovOfLens, lensFromFov } from '../lens.ts'
import type { ImageSize } from '../picture.ts'
import type { ReadTrajectoryOptions, Trajectory } from './trajectory.ts'
import { DEFAULT_LENS } from './trajectory.ts'

/**
 * The camera path of a trajectory, request or scene record, or a bare list of such cameras:
 * `{ resolution: [n, height, width], cameras }`. The published page saves poses alone: those are seen
 * through the lens of the options.
 * @throws CameraError `camera/format`, `camera/value`, `camera/size`, `camera/count`
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { readTrajectoryJson } from '@flashworld/camera'
 *
 * const { cameras, notes } = readTrajectoryJson(JSON.parse(await readFile('cameras.json', 'utf8')))
 * console.log(cameras.length, ...notes)
 * ```
 */
export function readTrajectoryJson(
  value: unknown,
  { lens, photograph }: ReadTrajectoryOptions = {},
): Trajectory {
  const file = Array.isArray(value)
    ? { cameras: value }
    : readObject(value, 'trajectory', '{ cameras }')
  const resolution = file.resolution === undefined ? undefined : readResolution(file.resolution)
  const items = readArray(file.cameras, 'cameras')
  checkCameraCount(items.length, 1)
  const times = file.times === undefined ? undefined : readTimes(file.times, items.length)
  const kept = { kind: 'trajectory' as const, ...(times && { times }) }
  if (
    items.every((item, i) => isPose(readObject(item, `cameras[${i}]`, '{ position, quaternion }')))
  ) {
    const chosen = lens ?? (resolution ? lensFromFov(resolution) : DEFAULT_LENS)
    const cameras = items.map((item, i) => {
      const where = `cameras[${i}]`
      const pose = readPose(item as JsonFields, where)
      const camera = checkCamera({ ...pose, ...chosen }, where)
      return { ...camera, rotation: normalizeQuat(pose.rotation) }
    })
    const notes = [
      `poses without intrinsics: seen with ${fovOfLens(chosen).toFixed(0)} degrees along the longer side`,
    ]
    return { ...kept, cameras, notes }
  }
  const known = { ...(photograph && { photograph }), ...(resolution && { resolution }) }
  return { ...kept, ...camerasFromJson(readCamerasJson(items), known) }
}

/**
 * A trajectory file: as many frames as cameras, of the first one's size.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { templatePath, writeTrajectoryJson } from '@flashworld/camera'
 *
 * const cameras = templatePath('orbit-left:40', { count: 24, size: { width: 704, height: 480 } })
 * await writeFile('path.json', writeTrajectoryJson(cameras))
 * ```
 */
export function writeTrajectoryJson(cameras: readonly Camera[], times?: readonly number[]): string {
  const { height, width } = cameras[0]!.size
  const resolution = [cameras.length, height, width]
  const file = { resolution, ...(times && { times }), cameras: camerasToJson(cameras) }
  return JSON.stringify(file, null, 2)
}

const isPose = (fields: JsonFields) =>
  ['fx', 'fy', 'cx', 'cy'].every((key) => fields[key] === undefined)

function readPose(fields: JsonFields, where: string) {
  return {
    position: readNumbers<Vec3>(fields.position, `${where}.position`, 'x, y, z'),
    rotation: readNumbers<Quat>(fields.quaternion, `${where}.quaternion`, 'w, x, y, z'),
  }
}

function readResolution(value: unknown): ImageSize {
  const names = 'frames, height, width'
  const [, height, width] = readNumbers<readonly [number, number, number]>(
    value,
    'resolution',
    names,
  )
  return { width, height }
}

/** @throws CameraError `camera/value` unless there is one for each camera, and they rise */
export function readTimes(value: unknown, count: number): number[] {
  const times = readArray(value, 'times').map((time, i) => readNumber(time, `times[${i}]`))
  return checkTimes(times, count)
}

/** @throws CameraError `camera/value` unless there is one for each camera, and they rise */
export function checkTimes(times: number[], count: number): number[] {
  const rise = times.every((time, i) => Number.isFinite(time) && (i === 0 || time > times[i - 1]!))
  if (times.length !== count || !rise) {
    throw new CameraError(
      'camera/value',
      `times: expected ${count} that rise, got [${times.slice(0, 8)}]`,
    )
  }
  return times
}
