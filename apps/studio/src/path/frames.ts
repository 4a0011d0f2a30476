import type { Camera, ImageSize } from '@flashworld/camera'
import { fovOfLens, lensFromFov } from '@flashworld/camera'
import { curveOf } from './curve.ts'
import type { Path, View } from './path.ts'

/** The field of view, degrees, that a camera may have. */
export const FOV_RANGE = [1, 170] as const

/** The place on a path of a frame, which may have a fraction: the frames are spread evenly over its time. */
export const placeOfFrame = (frame: number, frames: number, keys: number): number =>
  frames < 2 ? 0 : (frame * (keys - 1)) / (frames - 1)

/** The frame at a place, with its fraction. */
export const frameOfPlace = (place: number, frames: number, keys: number): number =>
  keys < 2 ? 0 : (place * (frames - 1)) / (keys - 1)

/** The camera that sees a view in pictures of a size. */
export function cameraOf({ position, rotation, fovDegrees }: View, size: ImageSize): Camera {
  const [least, most] = FOV_RANGE
  const fov = Math.min(Math.max(fovDegrees, least), most)
  return { position, rotation, ...lensFromFov(size, fov) }
}

/** What a camera sees, whose pixels are square and whose middle is that of its picture: the inverse of `cameraOf`. */
export const viewOfCamera = ({ position, rotation, ...lens }: Camera): View => ({
  position,
  rotation,
  fovDegrees: fovOfLens(lens),
})

/** What each frame sees; nothing on a path without keys. */
export function viewsOf(path: Path, frames: number): View[] {
  if (path.keys.length === 0) return []
  const { at } = curveOf(path)
  const { length } = path.keys
  return Array.from({ length: frames }, (_, frame) => at(placeOfFrame(frame, frames, length)))
}

/** The cameras that the model is sent, one a frame; none on a path without keys. */
export const framesOf = (path: Path, frames: number, size: ImageSize): Camera[] =>
  viewsOf(path, frames).map((view) => cameraOf(view, size))

/** What is seen at a frame, which may have a fraction; undefined on a path without keys. */
export const viewAtFrame = (path: Path, frame: number, frames: number): View | undefined =>
  path.keys.length === 0
    ? undefined
    : curveOf(path).at(placeOfFrame(frame, frames, path.keys.length))
