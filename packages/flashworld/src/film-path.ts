import type { Camera, ImageSize } from '@flashworld/camera'
import { reframe, resampleCameras, templatePath } from '@flashworld/camera'

/** Where a film's camera goes, in the frame of the scene's file, for pictures of `size`. */
export interface FilmPath {
  readonly size: ImageSize
  /** The cameras that the path was given by. */
  readonly keys: readonly Camera[]
  /** How long the film runs unless asked otherwise: a second from key to key. */
  readonly seconds: number
  /** That many cameras along the path, evenly spaced. */
  along(count: number): readonly Camera[]
}

/** Where neither path nor scene says how large pictures are. */
export const publishedSize: ImageSize = { width: 704, height: 480 }

/**
 * A film through given cameras.
 * @param asked the film's own size instead of the first camera's; another shape shows the middle
 */
export function pathThroughKeys(
  cameras: readonly Camera[],
  asked: ImageSize | undefined,
): FilmPath {
  const size = asked ?? cameras[0]!.size
  const keys = cameras.map((camera) => reframe(camera, size))
  return { size, keys, seconds: keys.length - 1, along: (count) => resampleCameras(keys, count) }
}

/** Seconds of one move of a template. */
const moveSeconds = 8

export interface Standpoint {
  readonly size: ImageSize
  /** How far ahead the subject is, in the unit of the scene's file. */
  readonly distance: number
  /** How far below the horizon the first camera looks, degrees. */
  readonly lookDown: number
}

/** A film by template, from where the scene's first camera stands. @throws CameraError `camera/template` */
export function pathByTemplate(text: string, { size, distance, lookDown }: Standpoint): FilmPath {
  const seconds = moveSeconds * text.split(',').length
  const along = (count: number) =>
    templatePath(text, { count, size, lookDown }).map(
      ({ position: [x, y, z], ...camera }): Camera => ({
        ...camera,
        position: [x * distance, y * distance, z * distance],
      }),
    )
  return { size, seconds, keys: along(seconds + 1), along }
}
