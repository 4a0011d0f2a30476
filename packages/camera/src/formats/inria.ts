import type { Mat3, Vec3 } from '@flashworld/math'
import { composePose, rotationOf, translationOf } from '@flashworld/math'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import { readArray, readNumber, readNumbers, readObject } from '../json-fields.ts'
import { lensFromPixels, lensInPixels } from '../lens.ts'
import { checkImageSize } from '../picture.ts'
import type { WorldAxes } from './opencv-pose.ts'
import { DEFAULT_WORLD, checkRotation, fromOpenCvPose, toOpenCvPose } from './opencv-pose.ts'
import type { Trajectory } from './trajectory.ts'

/**
 * The `cameras.json` that lies beside a trained 3DGS scene: an array of cameras with `position`,
 * `rotation` (three rows, camera-to-world, OpenCV axes), `fx`, `fy`, `width`, `height` in pixels.
 * The principal point is taken to be the middle: the format has none.
 * @param world the file's world; default `rdf`, as 3DGS PLY files have it
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 * @example
 * ```ts
 * import { readInria, templatePath, writeInria } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(readInria(JSON.parse(writeInria(path))).cameras.length) // 4
 * ```
 */
export function readInria(value: unknown, world: WorldAxes = DEFAULT_WORLD): Trajectory {
  const items = readArray(value, 'cameras.json')
  checkCameraCount(items.length, 1)
  const cameras = items.map((item, i) => readCamera(item, `cameras[${i}]`, world))
  return { kind: '3DGS cameras.json', cameras, notes: [] }
}

/**
 * The `cameras.json` of these cameras; a principal point off the middle is lost.
 * @example
 * ```ts
 * import { templatePath, writeInria } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * console.log(JSON.parse(writeInria(path))[0].fx)
 * ```
 */
export function writeInria(cameras: readonly Camera[], world: WorldAxes = DEFAULT_WORLD): string {
  const items = cameras.map((camera, id) => {
    const pose = toOpenCvPose(camera, world)
    const r = rotationOf(pose)
    const { fx, fy } = lensInPixels(camera)
    return {
      id,
      img_name: String(id).padStart(5, '0'),
      ...camera.size,
      position: translationOf(pose),
      rotation: [r.slice(0, 3), r.slice(3, 6), r.slice(6, 9)],
      fy,
      fx,
    }
  })
  return JSON.stringify(items, null, 2)
}

function readCamera(item: unknown, where: string, world: WorldAxes): Camera {
  const fields = readObject(item, where, '{ position, rotation, fx, fy, width, height }')
  const read = (key: string) => readNumber(fields[key], `${where}.${key}`)
  const size = { width: read('width'), height: read('height') }
  checkImageSize(size, where)
  const position = readNumbers<Vec3>(fields.position, `${where}.position`, 'x, y, z')
  const pose = composePose(readRotation(fields.rotation, `${where}.rotation`), position)
  const px = { fx: read('fx'), fy: read('fy'), cx: size.width / 2, cy: size.height / 2 }
  return checkCamera({ ...fromOpenCvPose(pose, world), ...lensFromPixels(px, size) }, where)
}

function readRotation(value: unknown, where: string): Mat3 {
  const rows = readArray(value, where).map((row, i) =>
    readNumbers<Vec3>(row, `${where}[${i}]`, 'x, y, z'),
  )
  return checkRotation(rows.flat() as unknown as Mat3, where)
}
