import type { ImageSize } from '@flashworld/camera'
import type { Path } from '../path/path.ts'

/** The part of a photograph that the model sees, in shares of its sides: 0 to 1 from its left and top. */
export interface Crop {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Photograph {
  readonly name: string
  /** The file as it came, JPEG, PNG or WebP. */
  readonly file: Blob
  readonly size: ImageSize
  readonly crop: Crop
  /** Which of the frames sees it, from 0. */
  readonly frame: number
}

/** What one world is made with, besides sentence, photograph and path. */
export interface SceneSettings {
  readonly frames: number
  readonly width: number
  readonly height: number
  /** Null: thrown anew for each world. */
  readonly seed: number | null
  /** Worlds made in one go, 1 to 8, each with its own seed. */
  readonly worlds: number
}

/** All that a person made: what is saved, undone, shared. */
export interface Project {
  readonly name: string
  readonly sentence: string
  readonly photograph: Photograph | null
  readonly path: Path
  readonly scene: SceneSettings
}

/** What a project is before anything is known of it: no sentence, one place to look from. */
export const emptyProject: Project = {
  name: '',
  sentence: '',
  photograph: null,
  path: { keys: [], aim: { kind: 'drawn' }, smooth: true, loop: 'off' },
  scene: { frames: 12, width: 192, height: 128, seed: null, worlds: 1 },
}
