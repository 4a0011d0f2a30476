import { normalizeQuat } from '@flashworld/math'
import { CameraError } from './camera-error.ts'
import type { Camera } from './camera.ts'
import { checkCamera, checkCameraCount } from './camera.ts'
import type { JsonFields } from './json-fields.ts'
import { readArray, readNumber, readNumbers, readObject } from './json-fields.ts'
import type { Intrinsics, Lens } from './lens.ts'
import { lensFromPixels, lensInPixels } from './lens.ts'
import type { ImageSize } from './picture.ts'
import { checkImageSize } from './picture.ts'

/**
 * A camera as requests and trajectory files hold it: OpenGL camera-to-world, intrinsics in pixels of
 * a picture of `width` x `height`.
 */
export interface CameraJson {
  readonly position: readonly [x: number, y: number, z: number]
  /** Real part first. */
  readonly quaternion: readonly [w: number, x: number, y: number, z: number]
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
  /** The picture that the intrinsics belong to; where it is left out, `PicturesAtHand` tells. */
  readonly width?: number | undefined
  readonly height?: number | undefined
}

/** Which picture intrinsics belong to that do not say it themselves: the first that is known. */
export interface PicturesAtHand {
  /** The uploaded photograph: intrinsics are in its pixels, as in the published code. */
  readonly photograph?: ImageSize
  /** The `resolution` of the file or request that the cameras stand in. */
  readonly resolution?: ImageSize
}

/** Cameras, and what was assumed about them, for people. */
export interface ReadCameras {
  readonly cameras: Camera[]
  readonly notes: string[]
}

/** Below this, all four intrinsics are shares of a picture's sides: no picture is 4 pixels wide. */
const NORMALIZED_BELOW = 4

/**
 * One camera of JSON, its shape checked; what the numbers are is checked by `camerasFromJson`.
 * @param where what messages name, such as `cameras[3]`
 * @throws CameraError `camera/format`
 * @example
 * ```ts
 * import { readCameraJson } from '@flashworld/camera'
 *
 * const camera = readCameraJson(
 *   { position: [0, 0, 0], quaternion: [1, 0, 0, 0], fx: 610, fy: 610, cx: 352, cy: 240 },
 *   'cameras[0]',
 * )
 * ```
 */
export function readCameraJson(value: unknown, where: string): CameraJson {
  const fields = readObject(value, where, '{ position, quaternion, fx, fy, cx, cy }')
  const { width, height } = fields
  return {
    position: readNumbers(fields.position, `${where}.position`, 'x, y, z'),
    quaternion: readNumbers(fields.quaternion, `${where}.quaternion`, 'w, x, y, z'),
    ...readIntrinsics(fields, where),
    ...((width !== undefined || height !== undefined) && {
      width: readNumber(width, `${where}.width`),
      height: readNumber(height, `${where}.height`),
    }),
  }
}

/**
 * All of them.
 * @throws CameraError `camera/format`, `camera/count` on none or more than 4096
 * @example
 * ```ts
 * import { camerasFromJson, readCamerasJson } from '@flashworld/camera'
 *
 * const text = `[{ "position": [0, 0, 0], "quaternion": [1, 0, 0, 0],
 *   "fx": 610, "fy": 610, "cx": 352, "cy": 240, "width": 704, "height": 480 }]`
 * const { cameras } = camerasFromJson(readCamerasJson(JSON.parse(text)))
 * ```
 */
export function readCamerasJson(value: unknown): CameraJson[] {
  const items = readArray(value, 'cameras')
  checkCameraCount(items.length, 1)
  return items.map((item, i) => readCameraJson(item, `cameras[${i}]`))
}

/**
 * Cameras with unit quaternions, their intrinsics normalised to the picture that they belong to: a
 * camera's own, else the photograph, else the resolution, else twice the principal point. Intrinsics
 * that are all below 4 are taken as normalised already.
 * @throws CameraError `camera/value` on a number that cannot be, `camera/size` where nothing tells
 * the picture, `camera/count` on none or more than 4096
 * @example
 * ```ts
 * import { camerasFromJson } from '@flashworld/camera'
 *
 * const camera = {
 *   position: [0, 0, 0],
 *   quaternion: [1, 0, 0, 0],
 *   ...{ fx: 610, fy: 610, cx: 352, cy: 240 },
 * } as const
 * const { cameras } = camerasFromJson([camera], { resolution: { width: 704, height: 480 } })
 * console.log(cameras[0]!.cx) // 0.5
 * ```
 */
export function camerasFromJson(
  items: readonly CameraJson[],
  known: PicturesAtHand = {},
): ReadCameras {
  checkCameraCount(items.length, 1)
  const cameras = items.map((item, i) => {
    const where = `cameras[${i}]`
    const { quaternion: rotation, position } = item
    const camera = checkCamera({ rotation, position, ...lensOf(item, known, where) }, where)
    return { ...camera, rotation: normalizeQuat(camera.rotation) }
  })
  const notes: string[] = []
  if (items.some(isNormalized)) {
    notes.push("the intrinsics are all below 4: read as shares of the picture's sides, not pixels")
  }
  if (items.some((item) => !sizeOf(item, known))) {
    const { width, height } = cameras[0]!.size
    notes.push(
      `no size stands with the intrinsics: taken to be twice the principal point, ${width}x${height}`,
    )
  }
  return { cameras, notes }
}

/**
 * Cameras as a request's `cameras` array, each with the size that its pixels belong to.
 * @example
 * ```ts
 * import { camerasToJson, templatePath } from '@flashworld/camera'
 *
 * const cameras = templatePath('orbit-left', { count: 24, size: { width: 704, height: 480 } })
 * const request = { prompt: 'a quiet street', cameras: camerasToJson(cameras) }
 * ```
 */
export function camerasToJson(cameras: readonly Camera[]): CameraJson[] {
  return cameras.map((camera) => ({
    position: camera.position,
    quaternion: camera.rotation,
    ...lensInPixels(camera),
    width: camera.size.width,
    height: camera.size.height,
  }))
}

function lensOf(item: CameraJson, known: PicturesAtHand, where: string): Lens {
  const size = sizeOf(item, known) ?? twicePrincipalPoint(item, where)
  checkImageSize(size, where)
  const { fx, fy, cx, cy } = item
  return isNormalized(item) ? { fx, fy, cx, cy, size } : lensFromPixels(item, size)
}

const isNormalized = ({ fx, fy, cx, cy }: Intrinsics) => Math.max(fx, fy, cx, cy) < NORMALIZED_BELOW

function sizeOf({ width, height }: CameraJson, known: PicturesAtHand): ImageSize | undefined {
  if (width !== undefined && height !== undefined) return { width, height }
  return known.photograph ?? known.resolution
}

function twicePrincipalPoint(item: CameraJson, where: string): ImageSize {
  const size = { width: Math.round(2 * item.cx), height: Math.round(2 * item.cy) }
  if (!isNormalized(item) && size.width >= 1 && size.height >= 1) return size
  throw new CameraError(
    'camera/size',
    `${where}: expected the size of the picture that fx, fy, cx and cy belong to; ` +
      'add width and height to each camera, or resolution: [frames, height, width] beside them',
  )
}

function readIntrinsics(fields: JsonFields, where: string): Intrinsics {
  const px = (key: keyof Intrinsics) => readNumber(fields[key], `${where}.${key}`)
  return { fx: px('fx'), fy: px('fy'), cx: px('cx'), cy: px('cy') }
}
