import type { Project } from '../../project/project.ts'
import { frameOfPlace } from '../frames.ts'
import { setFov } from '../numbers.ts'
import { trainedPathsOf } from './trained.ts'
import type { Check } from './warning.ts'
import { indexOfMost, rangeAround } from './warning.ts'

/** Degrees by which a lens may be off without a word. */
const SAME_LENS = 1

const within = (value: number, [least, most]: readonly [number, number]) =>
  Math.min(Math.max(value, least), most)

export const lens: Check = ({ project: { path, scene }, views, model }) => {
  const range = trainedPathsOf(model)?.fov(scene)
  if (!range || path.keys.length === 0) return null
  const off = views.map(({ fovDegrees }) => Math.abs(fovDegrees - within(fovDegrees, range)))
  const worst = indexOfMost(off)
  if (worst < 0 || off[worst]! <= SAME_LENS) return null
  const [least, most] = range
  return {
    finding: { code: 'lens', fov: views[worst]!.fovDegrees, least, most },
    frames: rangeAround(
      off.map((by) => by > SAME_LENS),
      worst,
    ),
    paths: [
      path.keys.reduce(
        (changed, { id, fovDegrees }) => setFov(changed, [id], within(fovDegrees, range)),
        path,
      ),
    ],
  }
}

/** No model saw a lens that changes along the path. */
export const zoom: Check = ({ project: { path }, views, model }) => {
  if (!trainedPathsOf(model) || views.length === 0) return null
  const changes = views.map(({ fovDegrees }) => Math.abs(fovDegrees - views[0]!.fovDegrees))
  const worst = indexOfMost(changes)
  if (changes[worst]! <= SAME_LENS) return null
  const ids = path.keys.map(({ id }) => id)
  return {
    finding: { code: 'zoom' },
    frames: rangeAround(
      changes.map((by) => by > SAME_LENS),
      worst,
    ),
    paths: [setFov(path, ids, path.keys[0]!.fovDegrees)],
  }
}

const withScene = (project: Project, scene: Partial<Project['scene']>): Project => ({
  ...project,
  scene: { ...project.scene, ...scene },
})

export const frames: Check = ({ project, model }) => {
  if (!model) return null
  const [least, most] = model.trained.frames
  const known = within(project.scene.frames, [least, most])
  if (known === project.scene.frames) return null
  return {
    finding: { code: 'frames', least, most },
    projects: [withScene(project, { frames: known })],
  }
}

export const size: Check = ({ project, model }) => {
  if (!model) return null
  const { width, height } = project.scene
  const { sizes } = model.trained
  if (sizes.some((known) => known.width === width && known.height === height)) return null
  const shape = (of: { width: number; height: number }) => Math.log(of.width / of.height)
  const away = (of: { width: number; height: number }) => Math.abs(shape(of) - shape(project.scene))
  const [nearest] = sizes.toSorted((a, b) => away(a) - away(b))
  return {
    finding: {
      code: 'size',
      sizes: sizes.map((known) => `${known.width}\u00a0×\u00a0${known.height}`),
    },
    projects: nearest ? [withScene(project, nearest)] : [],
  }
}

/** A photograph whose frame there is not. */
export const photographOut: Check = ({ project }) => {
  const { photograph, scene } = project
  if (!photograph || (photograph.frame >= 0 && photograph.frame < scene.frames)) return null
  const frame = within(photograph.frame, [0, scene.frames - 1])
  return {
    finding: { code: 'photograph-out', frames: scene.frames },
    severity: 'stop',
    projects: [{ ...project, photograph: { ...photograph, frame } }],
  }
}

/** A photograph that is seen from between two keys, where nobody set a camera. */
export const photographBetween: Check = ({ project }) => {
  const { photograph, scene, path } = project
  const { length } = path.keys
  if (!photograph || length < 2 || photograph.frame >= scene.frames) return null
  const keyFrames = path.keys.map((_, i) => Math.round(frameOfPlace(i, scene.frames, length)))
  if (keyFrames.includes(photograph.frame)) return null
  const gaps = keyFrames.map((frame) => -Math.abs(frame - photograph.frame))
  const key = indexOfMost(gaps)
  return {
    finding: { code: 'photograph-between', key },
    severity: 'note',
    frames: { from: photograph.frame, to: photograph.frame },
    projects: [{ ...project, photograph: { ...photograph, frame: keyFrames[key]! } }],
  }
}
