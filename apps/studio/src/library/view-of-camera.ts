import type { Camera } from '@flashworld/camera'
import { fovOfLens } from '@flashworld/camera'
import type { View } from '../path/path.ts'

/** What a camera sees; its field of view is along the longer side. */
export const viewOfCamera = (camera: Camera): View => ({
  position: camera.position,
  rotation: camera.rotation,
  fovDegrees: fovOfLens(camera),
})
