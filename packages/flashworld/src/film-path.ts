import type { Camera, ImageSize, Lens } from '@flashworld/camera'
import {
  reframe,
  resampleByTime,
  resampleCameras,
  sameSize,
  templatePath,
} from '@flashworld/camera'

/** Where a film's camera goes, in the frame of the scene's file. */
export interface FilmPath {
  /** The size of the film's pictures. */
  readonly size: ImageSize
  /** The cameras that the path was given by, each for its own picture; stills are seen by them. */
  readonly keys: readonly Camera[]
  /** How long the film runs unless asked otherwise: as its keys' times say, else a second from key to key. */
  readonly seconds: number
  /** That many cameras along the path for the film's pictures, evenly spaced in time. */
  along(count: number): readonly Camera[]
}

/** What a film may have of its own. */
export interface KeyframeOptions {
  /** The size of all pictures instead of the keys' own; another shape shows the middle. */
  readonly size?: ImageSize | undefined
  /** When each key is reached, seconds, rising. */
  readonly times?: readonly number[] | undefined
}

/**
 * A film through given cameras; its pictures are of the first one's size unless asked otherwise.
 * @example
 * ```ts
 * import { pathThroughKeys } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 *
 * const keys = templatePath('dolly-forward', { count: 3, size: { width: 192, height: 128 } })
 * const path = pathThroughKeys(keys, { size: { width: 1280, height: 720 }, times: [0, 1, 4] })
 * console.log(path.seconds) // 4
 * ```
 */
export function pathThroughKeys(
  cameras: readonly Camera[],
  { size: asked, times }: KeyframeOptions = {},
): FilmPath {
  const keys = asked ? cameras.map((camera) => reframe(camera, asked)) : cameras
  const { size } = keys[0]!
  const framed = keys.map((camera) => reframe(camera, size))
  return {
    size,
    keys,
    seconds: times ? times.at(-1)! - times[0]! : keys.length - 1,
    along: (count) =>
      times ? resampleByTime(framed, times, count) : resampleCameras(framed, count),
  }
}

/**
 * True where keys are of several sizes, so that a film must choose.
 * @example
 * ```ts
 * import { isMixed, pathThroughKeys } from 'flashworld'
 * import { reframe, templatePath } from '@flashworld/camera'
 *
 * const [first, last] = templatePath('orbit-left', { count: 2, size: { width: 192, height: 128 } })
 * const path = pathThroughKeys([first!, reframe(last!, { width: 128, height: 128 })])
 * console.log(isMixed(path)) // true
 * ```
 */
export const isMixed = ({ keys, size }: FilmPath): boolean =>
  keys.some((key) => !sameSize(key.size, size))

/** Seconds of one move of a template. */
const moveSeconds = 8

/** Where the first camera of a templated film stands, and what it looks through. */
export interface Standpoint {
  /** What all cameras look through, and the size of the pictures. */
  readonly lens: Lens
  /** How far ahead the subject is, in the unit of the scene's file. */
  readonly distance: number
  /** How far below the horizon the first camera looks, degrees. */
  readonly lookDown: number
}

/**
 * A film by template, from where the scene's first camera stands.
 * @throws CameraError `camera/template`
 * @example
 * ```ts
 * import { pathByTemplate } from 'flashworld'
 * import { lensFromFov } from '@flashworld/camera'
 *
 * const lens = lensFromFov({ width: 1280, height: 720 })
 * const path = pathByTemplate('orbit-left:40', { lens, distance: 2, lookDown: 12 })
 * const cameras = path.along(path.seconds * 24)
 * ```
 */
export function pathByTemplate(text: string, { lens, distance, lookDown }: Standpoint): FilmPath {
  const { size } = lens
  const seconds = moveSeconds * text.split(',').length
  const along = (count: number) =>
    templatePath(text, { count, size, lookDown }).map(
      ({ rotation, position: [x, y, z] }): Camera => ({
        rotation,
        position: [x * distance, y * distance, z * distance],
        ...lens,
      }),
    )
  return { size, seconds, keys: along(seconds + 1), along }
}
