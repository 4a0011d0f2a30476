import type { Camera, ImageSize } from '../camera.ts'
import { parseJson, readNumbers, readObject } from '../json-fields.ts'
import { camerasFromJson, camerasToJson } from '../json.ts'
import type { Trajectory } from './trajectory.ts'

/**
 * The camera path of a trajectory or request file: `{ resolution: [n, height, width], cameras }`,
 * the cameras as in requests and in pixels of that resolution.
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 */
export function readTrajectoryJson(text: string): Trajectory {
  const file = readObject(parseJson(text, 'trajectory'), 'trajectory', '{ resolution, cameras }')
  const names = 'frames, height, width'
  const [, height, width] = readNumbers<[number, number, number]>(
    file.resolution,
    'resolution',
    names,
  )
  const size = { width, height }
  return { cameras: camerasFromJson(file.cameras, { output: size }), size }
}

/** A trajectory file of these cameras; its frames are as many as the cameras. */
export function writeTrajectoryJson(cameras: readonly Camera[], size: ImageSize): string {
  const resolution = [cameras.length, size.height, size.width]
  return JSON.stringify({ resolution, cameras: camerasToJson(cameras, size) }, null, 2)
}
