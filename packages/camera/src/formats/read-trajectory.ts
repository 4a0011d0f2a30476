import { CameraError } from '../camera-error.ts'
import { parseJson } from '../json-fields.ts'
import { readInria } from './inria.ts'
import { readGltf } from './read-gltf.ts'
import { readTrajectoryJson } from './trajectory-json.ts'
import type { Trajectory } from './trajectory.ts'

/**
 * The cameras of a file that is one JSON text, whichever it is: a trajectory or a request, a
 * `cameras.json` of 3DGS, or a glTF. COLMAP's two files go to `readColmap`.
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 */
export function readTrajectory(text: string): Trajectory {
  const file = parseJson(text, 'trajectory')
  if (Array.isArray(file)) return readInria(text)
  if (file !== null && typeof file === 'object') {
    if ('asset' in file) return readGltf(text)
    if ('cameras' in file) return readTrajectoryJson(text)
  }
  throw new CameraError(
    'camera/format',
    "trajectory: expected { resolution, cameras }, 3DGS's cameras.json or a glTF",
  )
}
