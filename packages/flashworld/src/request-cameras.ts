import type { Camera, ImageSize } from '@flashworld/camera'
import {
  camerasFromJson,
  centerCrop,
  cropCamera,
  readCamerasJson,
  reframe,
  resampleCameras,
  sameSize,
  templatePath,
} from '@flashworld/camera'

/** What of a request tells its cameras: a list of them, or else a template's path. */
export interface CameraRequest {
  readonly cameras: readonly unknown[] | undefined
  readonly path: string
  readonly lookDown: number
  readonly resolution: readonly [frames: number, height: number, width: number]
}

/**
 * One camera a frame, from the request's list or template, in the request's frame.
 * @param photograph its size, in whose pixels the intrinsics of the list then are
 * @throws CameraError
 */
export function requestCameras(
  { cameras, path, lookDown, resolution }: CameraRequest,
  photograph?: ImageSize,
): Camera[] {
  const [count, height, width] = resolution
  const output = { height, width }
  if (!cameras) return resampleCameras(templatePath(path, { count, size: output, lookDown }), count)
  const known = { resolution: output, ...(photograph && { photograph }) }
  const framed = camerasFromJson(readCamerasJson(cameras), known).cameras.map((camera) =>
    photograph && sameSize(camera.size, photograph)
      ? cropCamera(camera, centerCrop(photograph, output), output)
      : reframe(camera, output),
  )
  return resampleCameras(framed, count)
}
