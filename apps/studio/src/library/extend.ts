import type { Camera, ImageSize } from '@flashworld/camera'
import { pathThrough } from '../path/edits.ts'
import type { Project } from '../project/project.ts'
import { centreCrop } from '../sentence/crop.ts'
import { viewOfCamera } from '../path/frames.ts'

/** What was seen, as a photograph. */
export interface SeenPicture {
  readonly name: string
  readonly file: Blob
  readonly size: ImageSize
}

/**
 * A project that goes on where a camera of another stood: its path starts there, and what that camera saw is the
 * photograph of its first frame.
 */
export const extendProject = (
  { name, sentence, scene }: Project,
  camera: Camera,
  seen: SeenPicture,
): Project => ({
  name,
  sentence,
  scene: { ...scene, worlds: 1 },
  path: pathThrough([viewOfCamera(camera)]),
  photograph: { ...seen, crop: centreCrop(seen.size, scene), frame: 0 },
})
