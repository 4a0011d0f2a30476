import type { Camera, ImageSize } from '@flashworld/camera'
import { camerasFromJson, resampleCameras, templatePath } from '@flashworld/camera'
import type { CheckedRequest } from './request.ts'

/**
 * One camera a frame, from the request's list or template, in the request's frame.
 * @param photograph its size, in whose pixels the intrinsics of the list then are
 * @throws CameraError
 */
export function requestCameras(
  {
    cameras,
    path,
    lookDown,
    resolution,
  }: Pick<CheckedRequest, 'cameras' | 'path' | 'lookDown' | 'resolution'>,
  photograph?: ImageSize,
): Camera[] {
  const [count, height, width] = resolution
  const output = { height, width }
  const list = cameras
    ? camerasFromJson(cameras, { output, ...(photograph && { image: photograph }) })
    : templatePath(path, { count, size: output, lookDown })
  return resampleCameras(list, count)
}
