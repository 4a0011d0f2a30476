import type { ImageSize } from '@flashworld/camera'
import type { AxesTarget } from '@flashworld/splats'
import type { JobError } from '../queue/job.ts'

/** Work on a scene's file. Files are named within the task's folder; the scene's record may lie beside it. */
export type SceneTask = ConvertTask | RenderTask

/** Writes a scene in another format. */
export interface ConvertTask {
  readonly type: 'convert'
  readonly input: string
  /** Its ending says the format. */
  readonly output: string
  /** Keeps only so many Gaussians: those that show most. */
  readonly limit?: number | undefined
  /** The program whose axes the file gets; default the format's habit. */
  readonly target?: AxesTarget | undefined
  readonly backend: string
}

/** Draws a picture or a film of a scene. */
export interface RenderTask {
  readonly type: 'render'
  readonly input: string
  /** `.png` and `.webp` are one picture, `.mp4` is a film. */
  readonly output: string
  /** Cameras as requests have them, in the scene's frame; default those of its record. */
  readonly cameras?: unknown
  /** A path by template, in place of cameras. */
  readonly path?: string | undefined
  /** The camera of the path that a picture is seen by, counted from 0. */
  readonly still?: number | undefined
  /** Of the pictures; default the path's. */
  readonly size?: ImageSize | undefined
  /** The longest side of the pictures is made no longer than this. */
  readonly longestSide?: number | undefined
  readonly fps: number
  /** Of a film; default the path's, at most `filmSeconds`. */
  readonly seconds?: number | undefined
  readonly backend: string
}

/** What a process says at its end. */
export type FromSceneWork =
  | { readonly type: 'done'; readonly notes: readonly string[] }
  | { readonly type: 'failed'; readonly error: JobError }
