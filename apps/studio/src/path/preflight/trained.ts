import type { ImageSize } from '@flashworld/camera'
import type { ServerModel } from 'flashworld/client'

/** The camera paths that a model was trained on. Angles are in degrees. */
export interface TrainedPaths {
  /** Of the subject from the middle of the picture: pans of up to 28, and what a straight move makes of it. */
  readonly away: number
  /** Of pitch from the first camera's. */
  readonly tilt: number
  /** Of roll from the first camera's. */
  readonly roll: number
  /** Of the field of view along the longer side, the same for all cameras of a path. */
  readonly fov: (size: ImageSize) => readonly [least: number, most: number]
}

/**
 * The embedded model's (`training/worlds/paths.py`): orbits of up to 360 degrees that face their subject, pans of up to
 * 28 degrees, tilts of up to 17, a crane that turns by 18; a lens of 42 to 74 degrees across a landscape picture, 34 to
 * 52 across a portrait one, 38 to 62 across a square.
 */
const embedded: TrainedPaths = {
  away: 32,
  tilt: 20,
  roll: 15,
  fov: ({ width, height }) => {
    if (width > height) return [42, 74]
    if (width === height) return [38, 62]
    return [alongHeight(34, width, height), alongHeight(52, width, height)]
  },
}

/** Pictures of the embedded model are below this, pixels along the longer side. */
const SMALL = 256

/** What is known of a model's paths. The published model's data is not known: of it nothing is said. */
export const trainedPathsOf = (model: ServerModel | null): TrainedPaths | null =>
  model?.trained.sizes.every(({ width, height }) => Math.max(width, height) < SMALL)
    ? embedded
    : null

/**
 * A full turn in a path's time, eased in and out, is the fastest that the embedded model has seen: it runs at one and a
 * half times its mean speed in the middle. The limit of turns in degrees a path, and of travel in distances to the
 * subject.
 */
export const FASTEST_TURN = 1.5 * 360
export const FASTEST_TRAVEL = 1.5 * 2 * Math.PI
/** Faster than this many times its mean speed, no path of the training ran: a spiral reaches 2. */
export const MOST_UNEVEN = 2.5

/** The field of view along the height of one across the width. */
const alongHeight = (across: number, width: number, height: number) =>
  (360 / Math.PI) * Math.atan((Math.tan((across * Math.PI) / 360) * height) / width)
