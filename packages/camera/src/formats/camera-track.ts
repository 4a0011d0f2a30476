import type { Mat3, Pose, Vec3 } from '@flashworld/math'
import {
  crossVec,
  mat3ToQuat,
  multiplyQuat,
  positiveQuat,
  quatToMat3,
  rotateVec,
  subtractVec,
} from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import type { JsonFields } from '../json-fields.ts'
import { readArray, readNumber, readNumbers, readObject } from '../json-fields.ts'
import { resampleByTime } from '../path.ts'
import { checkTimes } from './trajectory-json.ts'
import type { ReadTrajectoryOptions, Trajectory } from './trajectory.ts'
import { DEFAULT_LENS, focalOfFov, fovOfFocal } from './trajectory.ts'

/** Where a track does not say it; splat-transform's. */
const FRAME_RATE = 30
const RADIANS = Math.PI / 180
/** How far ahead of a camera its target is written, in the path's unit. */
const TARGET_DISTANCE = 1

/** A key of a track, as all three kinds of files have it: PlayCanvas's world, y up. */
interface TrackKey {
  readonly frame: number
  readonly position: Vec3
  readonly target: Vec3
  readonly up: Vec3
  /** Vertical, degrees; undefined: the reader's. */
  readonly fov: number | undefined
}

/**
 * True for the JSON of a camera track: a list of frames, a viewer's settings, an editor's project.
 * @example
 * ```ts
 * import { looksLikeCameraTrack } from '@flashworld/camera'
 *
 * console.log(looksLikeCameraTrack({ frameRate: 30, frames: [] }))
 * ```
 */
export const looksLikeCameraTrack = (file: JsonFields): boolean =>
  'animTracks' in file || 'poseSets' in file || ('frames' in file && !isNerfstudio(file))

const isNerfstudio = ({ frames }: JsonFields) =>
  Array.isArray(frames) && frames.some((frame) => Object.hasOwn(Object(frame), 'transform_matrix'))

/**
 * A camera track of SuperSplat and splat-transform: `{ frameRate, frames: [{ position, target, fov,
 * up }] }`, a viewer's `settings.json` with `animTracks`, or the `document.json` of an editor's
 * project. Their world is PlayCanvas's, in which a 3DGS PLY file stands turned by half a turn about y
 * against ours. Fields of view are vertical, degrees; the picture is the viewport.
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 * @example
 * ```ts
 * import { readCameraTrack } from '@flashworld/camera'
 *
 * const frame = { position: [0, 0, 2], target: [0, 0, 0], fov: 60 }
 * const { cameras } = readCameraTrack({ frameRate: 30, frames: [frame, frame] })
 * console.log(cameras.length) // 2
 * ```
 */
export function readCameraTrack(
  value: unknown,
  { lens = DEFAULT_LENS }: ReadTrajectoryOptions = {},
): Trajectory {
  const file = readObject(value, 'camera track', '{ frameRate, frames }')
  const { keys, frameRate, notes } = readKeys(file)
  checkCameraCount(keys.length, 1)
  if (!(frameRate > 0)) {
    throw new CameraError('camera/value', `frameRate: expected above 0, got ${frameRate}`)
  }
  const { size } = lens
  const cameras = keys.map((key, i): Camera => {
    const where = `frames[${i}]`
    const fy = key.fov === undefined ? lens.fy : focalOfFov(key.fov * RADIANS)
    const fx = key.fov === undefined ? lens.fx : (fy * size.height) / size.width
    const pose = turned({ rotation: lookingAt(key, where), position: key.position })
    return checkCamera({ ...pose, fx, fy, cx: 0.5, cy: 0.5, size }, where)
  })
  const times = keys.map(({ frame }) => frame / frameRate)
  return { kind: 'camera track', cameras, times: checkTimes(times, times.length), notes }
}

/**
 * The `{ frameRate, frames }` of a path: one frame a camera where its times are even (or it has none:
 * then a second from one to the next), else resampled to 30 frames a second.
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { templatePath, writeCameraTrack } from '@flashworld/camera'
 *
 * const cameras = templatePath('orbit-left', { count: 30, size: { width: 192, height: 128 } })
 * console.log(JSON.parse(writeCameraTrack(cameras)).frames.length) // 30
 * ```
 */
export function writeCameraTrack(cameras: readonly Camera[], times?: readonly number[]): string {
  const { frameRate, keys } = evenly(cameras, times)
  const frames = keys.map((camera) => {
    const { rotation, position } = turned(camera)
    const matrix = quatToMat3(rotation)
    const ahead = rotateVec(matrix, [0, 0, -TARGET_DISTANCE])
    return {
      position,
      target: position.map((v, i) => v + ahead[i]!),
      up: rotateVec(matrix, [0, 1, 0]),
      fov: fovOfFocal(camera.fy) / RADIANS,
    }
  })
  return JSON.stringify({ frameRate, frames }, null, 2)
}

/**
 * True when a track can hold these times as they are: one frame a camera.
 * @example
 * ```ts
 * import { timesAreEven } from '@flashworld/camera'
 *
 * console.log(timesAreEven([0, 1, 2]), timesAreEven([0, 1, 3])) // true false
 * ```
 */
export function timesAreEven(times: readonly number[]): boolean {
  const step = (times.at(-1)! - times[0]!) / (times.length - 1)
  return times.every((time, i) => Math.abs(time - i * step) < 1e-6 * Math.max(1, step))
}

function evenly(cameras: readonly Camera[], times: readonly number[] | undefined) {
  if (!times || times.length < 2) return { frameRate: 1, keys: cameras }
  const seconds = times.at(-1)! - times[0]!
  if (timesAreEven(times)) return { frameRate: (times.length - 1) / seconds, keys: cameras }
  const count = Math.round(seconds * FRAME_RATE) + 1
  checkCameraCount(count)
  return { frameRate: (count - 1) / seconds, keys: resampleByTime(cameras, times, count) }
}

/** PlayCanvas's world to ours and back: x and z change sign. */
function turned({ rotation, position }: Pose): Pose {
  const [x, y, z] = position
  return { rotation: positiveQuat(multiplyQuat([0, 0, 1, 0], rotation)), position: [-x, y, -z] }
}

interface Keys {
  readonly keys: TrackKey[]
  readonly frameRate: number
  readonly notes: string[]
}

function readKeys(file: JsonFields): Keys {
  if ('animTracks' in file) return readSettings(file)
  return 'poseSets' in file ? readProject(file) : readFrames(file)
}

function readFrames(file: JsonFields): Keys {
  const keys = readArray(file.frames, 'frames').map((value, frame) => {
    const where = `frames[${frame}]`
    const fields = readObject(value, where, '{ position, target }')
    const up = fields.up === undefined ? Y : readVec(fields.up, `${where}.up`)
    return { frame, up, ...readAim(fields, where) }
  })
  return { keys, frameRate: readNumber(file.frameRate ?? FRAME_RATE, 'frameRate'), notes: [] }
}

function readSettings(file: JsonFields): Keys {
  const [first, ...more] = readArray(file.animTracks, 'animTracks')
  const track = readObject(first, 'animTracks[0]', '{ frameRate, keyframes }')
  const keyframes = readObject(track.keyframes, 'keyframes', '{ times, values }')
  const values = readObject(keyframes.values, 'keyframes.values', '{ position, target, fov }')
  const list = (key: string) =>
    readArray(values[key] ?? [], key).map((v, i) => readNumber(v, `${key}[${i}]`))
  const [positions, targets, fovs] = [list('position'), list('target'), list('fov')]
  const keys = readArray(keyframes.times, 'keyframes.times').map((time, i): TrackKey => {
    const at = (all: readonly number[], name: string): Vec3 =>
      readVec(all.slice(i * 3, i * 3 + 3), `${name}[${i}]`)
    return {
      frame: readNumber(time, `times[${i}]`),
      position: at(positions, 'position'),
      target: at(targets, 'target'),
      up: Y,
      fov: fovs[i],
    }
  })
  const notes = [
    ...(track.interpolation === 'step' ? ['the jumps from key to key become movements'] : [CURVES]),
    ...(more.length > 0 ? [`of ${more.length + 1} tracks, the first`] : []),
  ]
  return { keys, frameRate: readNumber(track.frameRate ?? FRAME_RATE, 'frameRate'), notes }
}

function readProject(file: JsonFields): Keys {
  const timeline = readObject(file.timeline ?? {}, 'timeline', '{ frameRate }')
  const frameRate = readNumber(timeline.frameRate ?? FRAME_RATE, 'timeline.frameRate')
  const set = readObject(readArray(file.poseSets, 'poseSets')[0], 'poseSets[0]', '{ poses }')
  const view = readObject(file.camera ?? {}, 'camera', '{ fov }')
  const keys = readArray(set.poses, 'poses').map((value, i): TrackKey => {
    const where = `poses[${i}]`
    const fields = readObject(value, where, '{ frame, position, target }')
    const frame = readNumber(fields.frame ?? i * frameRate, `${where}.frame`)
    return { frame, up: Y, ...readAim({ fov: view.fov, ...fields }, where) }
  })
  return { keys: keys.sort((a, b) => a.frame - b.frame), frameRate, notes: [CURVES] }
}

const CURVES = 'between the keys the camera moves straight, not on the curve of the track'
const Y: Vec3 = [0, 1, 0]

function readAim(fields: JsonFields, where: string) {
  return {
    position: readVec(fields.position, `${where}.position`),
    target: readVec(fields.target, `${where}.target`),
    fov: fields.fov === undefined ? undefined : readNumber(fields.fov, `${where}.fov`),
  }
}

/** `[x, y, z]` or `{ x, y, z }`. */
function readVec(value: unknown, where: string): Vec3 {
  if (Array.isArray(value)) return readNumbers<Vec3>(value, where, 'x, y, z')
  const { x, y, z } = readObject(value, where, '{ x, y, z }')
  return readNumbers<Vec3>([x, y, z], where, 'x, y, z')
}

/** The rotation that looks from the position to the target, its y as near to up as that allows. */
function lookingAt({ position, target, up }: TrackKey, where: string) {
  const back = unit(subtractVec(position, target))
  const right = back && unit(crossVec(up, back))
  if (!back || !right) {
    throw new CameraError(
      'camera/value',
      `${where}: expected a target away from the camera, and not straight up or down from it`,
    )
  }
  const above = crossVec(back, right)
  const columns: Mat3 = [
    right[0],
    above[0],
    back[0],
    right[1],
    above[1],
    back[1],
    right[2],
    above[2],
    back[2],
  ]
  return mat3ToQuat(columns)
}

function unit(v: Vec3): Vec3 | undefined {
  const length = Math.hypot(...v)
  return length > 1e-9 ? [v[0] / length, v[1] / length, v[2] / length] : undefined
}
