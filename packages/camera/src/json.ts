import { CameraError } from './camera-error.ts'
import type { Camera, ImageSize } from './camera.ts'
import { checkCamera, checkCameraCount, checkImageSize } from './camera.ts'
import type { Intrinsics } from './intrinsics.ts'
import {
  centerCrop,
  cropIntrinsics,
  intrinsicsInPixels,
  normalizeIntrinsics,
} from './intrinsics.ts'
import { normalizeQuat } from './quat.ts'

/** A camera as requests and trajectory files hold it: OpenGL camera-to-world, pixels. */
export interface CameraJson {
  position: [number, number, number]
  /** Real part first: `[w, x, y, z]`. */
  quaternion: [number, number, number, number]
  fx: number
  fy: number
  cx: number
  cy: number
}

type Position = CameraJson['position']
type Quaternion = CameraJson['quaternion']

/** What a request's cameras refer to. */
export interface CameraJsonOptions {
  /** The size of the pictures that are generated; intrinsics are in its pixels. */
  readonly output: ImageSize
  /** The uploaded image, if any: intrinsics are then in its pixels, and follow its crop. */
  readonly image?: ImageSize
}

/**
 * The cameras of a request's `cameras` array, checked, with unit quaternions and normalised
 * intrinsics. Cameras that all stand in one place are a path too.
 * @throws CameraError `camera/format` on a wrong shape, `camera/value` on a number that cannot be,
 * `camera/count` on fewer than 2 or more than 4096, `camera/crop` on an unusable image
 */
export function camerasFromJson(value: unknown, options: CameraJsonOptions): Camera[] {
  checkImageSize(options.output, 'output')
  if (!Array.isArray(value)) throw wrong('cameras', 'an array', value)
  checkCameraCount(value.length)
  const crop = options.image && centerCrop(options.image, options.output)
  return value.map((item: unknown, i) => {
    const where = `cameras[${i}]`
    const json = cameraJson(item, where)
    const px = crop ? cropIntrinsics(json, crop) : json
    const camera = checkCamera(
      {
        rotation: json.quaternion,
        position: json.position,
        ...normalizeIntrinsics(px, options.output),
      },
      where,
    )
    return { ...camera, rotation: normalizeQuat(camera.rotation) }
  })
}

/** Cameras as a request's `cameras` array, intrinsics in pixels of `output`. */
export function camerasToJson(cameras: readonly Camera[], output: ImageSize): CameraJson[] {
  return cameras.map((camera) => ({
    position: [...camera.position],
    quaternion: [...camera.rotation],
    ...intrinsicsInPixels(camera, output),
  }))
}

function cameraJson(value: unknown, where: string): CameraJson {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(where, 'an object { position, quaternion, fx, fy, cx, cy }', value)
  }
  const fields = value as Record<string, unknown>
  return {
    position: numbers<Position>(fields.position, `${where}.position`, 'x, y, z'),
    quaternion: numbers<Quaternion>(fields.quaternion, `${where}.quaternion`, 'w, x, y, z'),
    ...intrinsicsPx(fields, where),
  }
}

function intrinsicsPx(fields: Record<string, unknown>, where: string): Intrinsics {
  const read = (key: keyof Intrinsics) => number(fields[key], `${where}.${key}`)
  return { fx: read('fx'), fy: read('fy'), cx: read('cx'), cy: read('cy') }
}

/** A list of as many numbers as `names`, which says in a message what they are. */
function numbers<T extends number[]>(value: unknown, where: string, names: string): T {
  if (!Array.isArray(value) || value.length !== names.split(',').length) {
    throw wrong(where, `[${names}]`, value)
  }
  return value.map((v: unknown, i) => number(v, `${where}[${i}]`)) as T
}

function number(value: unknown, where: string): number {
  if (typeof value !== 'number') throw wrong(where, 'a number', value)
  return value
}

function wrong(where: string, expected: string, got: unknown): CameraError {
  const shown = JSON.stringify(got)?.slice(0, 60) ?? String(got)
  return new CameraError('camera/format', `${where}: expected ${expected}, got ${shown}`)
}
