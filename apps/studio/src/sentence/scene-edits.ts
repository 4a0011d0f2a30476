import type { ImageSize } from '@flashworld/camera'
import type { Photograph, Project, SceneSettings } from '../project/project.ts'
import type { Edit } from '../project/history.ts'
import { centreCrop, refitCrop } from './crop.ts'

export const MAX_SEED = 2 ** 32 - 1
export const MAX_WORLDS = 8

export const say =
  (sentence: string): Edit =>
  (project) =>
    sentence === project.sentence ? project : { ...project, sentence }

/** A photograph as it came, the middle of it cropped, seen from the first frame. */
export const takePhotograph =
  ({ name, file, size }: Pick<Photograph, 'name' | 'file' | 'size'>): Edit =>
  (project) => ({
    ...project,
    photograph: { name, file, size, crop: centreCrop(size, project.scene), frame: 0 },
  })

export const removePhotograph: Edit = (project) =>
  project.photograph ? { ...project, photograph: null } : project

export const changePhotograph =
  (change: Partial<Pick<Photograph, 'crop' | 'frame'>>): Edit =>
  (project) =>
    project.photograph ? { ...project, photograph: { ...project.photograph, ...change } } : project

/** The photograph follows: cropped for the new proportions, at a frame that there is. */
export const changeScene =
  (change: Partial<SceneSettings>): Edit =>
  (project: Project) => {
    const scene = { ...project.scene, ...change }
    return { ...project, scene, photograph: follow(project.photograph, scene, project.scene) }
  }

const follow = (
  photograph: Photograph | null,
  scene: SceneSettings,
  before: ImageSize,
): Photograph | null => {
  if (!photograph) return null
  const frame = Math.min(photograph.frame, scene.frames - 1)
  const keeps = scene.width * before.height === before.width * scene.height
  const crop = keeps ? photograph.crop : refitCrop(photograph.crop, photograph.size, scene)
  return { ...photograph, crop, frame }
}

/** A seed that nobody chose. */
export const throwSeed = (random: () => number = Math.random): number =>
  Math.floor(random() * 1_000_000)
