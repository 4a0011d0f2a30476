import type { Camera, ImageSize } from '@flashworld/camera'
import { framesOf } from '../path/frames.ts'
import type { Path } from '../path/path.ts'

/** What is drawn along the path. */
export interface FilmChoice {
  /** Times the size that was generated. */
  readonly scale: 1 | 2 | 4
  readonly seconds: number
  readonly fps: number
}

export const usualFilm: FilmChoice = { scale: 2, seconds: 6, fps: 30 }

/** What a film may be. */
export const filmLimits = { seconds: [1, 60], fps: [10, 60] } as const

/** More pictures than anyone waits for. */
const mostPictures = 3600

/** Sides of H.264 are even. */
const even = (side: number) => Math.max(2, 2 * Math.round(side / 2))

export const filmSize = ({ width, height }: ImageSize, scale: number): ImageSize => ({
  width: even(width * scale),
  height: even(height * scale),
})

export const pictureCount = ({ seconds, fps }: Pick<FilmChoice, 'seconds' | 'fps'>): number =>
  Math.min(mostPictures, Math.max(2, Math.round(seconds * fps)))

/** The cameras of a film's pictures, evenly spaced in the path's time; a path that goes back and forth comes back. */
export function filmCameras(path: Path, count: number, size: ImageSize): Camera[] {
  if (path.loop !== 'ping-pong') return framesOf(path, count, size)
  const there = framesOf(path, Math.floor(count / 2) + 1, size)
  // neither end is seen twice in a row
  const back = there.slice(1, -1).reverse()
  return [...there, ...back]
}

/** The name of a picture in a row of them, such as `frame-0007.png`. */
export const pictureName = (index: number): string =>
  `frame-${String(index + 1).padStart(4, '0')}.png`
