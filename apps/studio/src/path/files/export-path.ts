import type { ImageSize, TrajectoryFormat } from '@flashworld/camera'
import {
  camerasToJson,
  lensInPixels,
  TRAJECTORY_FORMATS,
  writeTrajectory,
} from '@flashworld/camera'
import type { Project } from '../../project/project.ts'
import { framesOf } from '../frames.ts'
import type { Path } from '../path.ts'
import type { PathFormat } from './formats.ts'

/** A file to save. */
export interface PathFile {
  readonly name: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

export interface WrittenPath {
  readonly files: readonly PathFile[]
  /** What the format cannot say, a phrase each. */
  readonly notes: readonly string[]
}

/**
 * The project's cameras, one a frame, as the files of a format.
 * @param name what the files are called, without an ending
 * @param photograph the photograph as the model sees it, as a data URL: for the published page's whole scenes
 * @throws CameraError on a path without keys
 */
export function writePath(
  project: Project,
  format: PathFormat,
  { name, photograph = null }: { readonly name: string; readonly photograph?: string | null },
): WrittenPath {
  const { scene, path } = project
  if (format === 'published-poses') {
    return { files: [{ name: `${name}.json`, content: posesOf(path, scene) }], notes: [] }
  }
  if (format === 'published-scene') {
    const content = sceneOf(project, photograph)
    return { files: [{ name: `${name}.json`, content }], notes: [] }
  }
  const found = TRAJECTORY_FORMATS.find((row) => row.name === format)!
  const { files, notes } = writeTrajectory({ cameras: framesOf(path, scene.frames, scene) }, found)
  const named = Object.entries(files).map(([own, content]) => ({
    name: fileName(name, own, found),
    content,
  }))
  return { files: named, notes }
}

/** A folder's files have their own names; others are called after the path. */
const fileName = (name: string, own: string, { ending }: TrajectoryFormat) => {
  if (own !== '') return own
  return ending.startsWith('.') ? `${name}${ending}` : `${name}.${ending}`
}

/** The published page's `Save Trajectory`: its recorded keys without a lens. */
const posesOf = (path: Path, { frames, ...size }: ImageSize & { readonly frames: number }) => {
  const cameras = framesOf(path, frames, size).map(({ position, rotation }) => ({
    position,
    quaternion: rotation,
  }))
  return JSON.stringify({ cameras }, null, 2)
}

/** The published page's `Save All`, which is a request by its names; each camera with its own lens. */
function sceneOf({ sentence, photograph, scene, path }: Project, picture: string | null): string {
  const { frames, width, height } = scene
  const cameras = framesOf(path, frames, { width, height })
  return JSON.stringify(
    {
      image_prompt: picture,
      text_prompt: sentence,
      image_index: picture === null ? 0 : (photograph?.frame ?? 0),
      resolution: [frames, height, width],
      cameras: camerasToJson(cameras).map(({ position, quaternion }, i) => ({
        position,
        quaternion,
        ...lensInPixels(cameras[i]!),
      })),
    },
    null,
    2,
  )
}
