import { normalizeQuat } from '@flashworld/math'
import type { Camera, ImageSize } from './camera.ts'
import { checkCamera, checkCameraCount, checkImageSize } from './camera.ts'
import type { Intrinsics } from './intrinsics.ts'
import {
  centerCrop,
  cropIntrinsics,
  intrinsicsInPixels,
  normalizeIntrinsics,
} from './intrinsics.ts'
import { readArray, readNumber, readNumbers, readObject } from './json-fields.ts'

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
  const items = readArray(value, 'cameras')
  checkCameraCount(items.length)
  const crop = options.image && centerCrop(options.image, options.output)
  return items.map((item, i) => {
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
  const fields = readObject(value, where, '{ position, quaternion, fx, fy, cx, cy }')
  const px = (key: keyof Intrinsics) => readNumber(fields[key], `${where}.${key}`)
  return {
    position: readNumbers(fields.position, `${where}.position`, 'x, y, z'),
    quaternion: readNumbers(fields.quaternion, `${where}.quaternion`, 'w, x, y, z'),
    fx: px('fx'),
    fy: px('fy'),
    cx: px('cx'),
    cy: px('cy'),
  }
}
