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

/** A film through given cameras; its pictures are of the first one's size unless asked otherwise. */
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

/** True where keys are of several sizes, so that a film must choose. */
export const isMixed = ({ keys, size }: FilmPath): boolean =>
  keys.some((key) => !sameSize(key.size, size))

/** Seconds of one move of a template. */
const moveSeconds = 8

export interface Standpoint {
  /** What all cameras look through, and the size of the pictures. */
  readonly lens: Lens
  /** How far ahead the subject is, in the unit of the scene's file. */
  readonly distance: number
  /** How far below the horizon the first camera looks, degrees. */
  readonly lookDown: number
}

/** A film by template, from where the scene's first camera stands. @throws CameraError `camera/template` */
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
