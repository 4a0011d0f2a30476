import type { ImageSize } from '@flashworld/camera'

/** The size, pace and length of a film. */
export interface FilmOptions extends ImageSize {
  /** Pictures a second. */
  readonly fps: number
  /** At most this many pictures: room for their index is kept at the file's start. */
  readonly count: number
}
