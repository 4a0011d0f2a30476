import type { Camera } from '../camera.ts'
import { parseJson, readNumbers, readObject } from '../json-fields.ts'
import { camerasFromJson, camerasToJson, readCamerasJson } from '../json.ts'
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
  const read = camerasFromJson(readCamerasJson(file.cameras), { resolution: { width, height } })
  return { kind: 'trajectory', ...read }
}

/** A trajectory file of these cameras: as many frames as they are, of the first one's size. */
export function writeTrajectoryJson(cameras: readonly Camera[]): string {
  const { height, width } = cameras[0]!.size
  const resolution = [cameras.length, height, width]
  return JSON.stringify({ resolution, cameras: camerasToJson(cameras) }, null, 2)
}
