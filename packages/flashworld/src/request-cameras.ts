import type { CameraJson, ImageSize, ReadCameras } from '@flashworld/camera'
import {
  camerasFromJson,
  centerCrop,
  cropCamera,
  reframe,
  resampleCameras,
  sameSize,
  templatePath,
} from '@flashworld/camera'
import type { Resolution } from './known-models.ts'

/** A path by template. */
interface TemplatedPath {
  readonly path: string
  readonly lookDown: number
}

interface PicturesOfRequest {
  readonly resolution: Resolution
  /** In its pixels a list's intrinsics are, unless its cameras say otherwise; they follow its crop. */
  readonly photograph: ImageSize | undefined
}

/**
 * One camera a frame, from a request's list or template, in the request's frame.
 * @throws CameraError
 * @example
 * ```ts
 * import { requestCameras } from 'flashworld'
 *
 * const { cameras, notes } = requestCameras(
 *   { path: 'orbit-left:40', lookDown: 12 },
 *   { resolution: [12, 128, 192], photograph: undefined },
 * )
 * console.log(cameras.length, notes) // 12 []
 * ```
 */
export function requestCameras(
  asked: readonly CameraJson[] | TemplatedPath,
  { resolution: [count, height, width], photograph }: PicturesOfRequest,
): ReadCameras {
  const output = { height, width }
  if ('path' in asked) {
    const { path, lookDown } = asked
    return { cameras: templatePath(path, { count, size: output, lookDown }), notes: [] }
  }
  const known = { resolution: output, ...(photograph && { photograph }) }
  const { cameras, notes } = camerasFromJson(asked, known)
  const framed = cameras.map((camera) =>
    photograph && sameSize(camera.size, photograph)
      ? cropCamera(camera, centerCrop(photograph, output), output)
      : reframe(camera, output),
  )
  return { cameras: resampleCameras(framed, count), notes }
}
