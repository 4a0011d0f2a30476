import type { Camera, ImageSize } from '@flashworld/camera'
import { camerasToJson, centerCrop } from '@flashworld/camera'
import type { SceneRequest } from 'flashworld/client'
import type { Crop, Photograph, Project } from '../project/project.ts'

/** A request without its photograph and seed: what is shown, and may be changed, as text. */
export type RequestText = Omit<SceneRequest, 'image' | 'seed'>

/**
 * What a project asks the server for.
 * @param cameras one a frame, of the size that is generated
 */
export function requestOf(
  { sentence, photograph, scene }: Project,
  cameras: readonly Camera[],
): RequestText {
  return {
    prompt: sentence.trim(),
    resolution: [scene.frames, scene.height, scene.width],
    cameras: camerasToJson(cameras),
    ...(photograph && { imageIndex: Math.min(photograph.frame, scene.frames - 1) }),
  }
}

/** The seeds of as many worlds as are asked for: the one that is set and those after it, or any. */
export const seedsOf = ({ seed, worlds }: Project['scene'], random = randomSeed): number[] =>
  Array.from({ length: worlds }, (_, i) => (seed === null ? random() : seed + i))

/** Any seed that a request may have. */
export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0]!

/** How a photograph is brought to the server: as it is, or a part of it, drawn at a size. */
export type PhotographPlan =
  | { readonly kind: 'file' }
  | { readonly kind: 'part'; readonly part: Crop; readonly size: ImageSize }

/** A part is drawn no finer than this many times the pictures that are made of it. */
const finest = 2

/** How large a file is sent as it is. */
const mostBytes = 8 * 2 ** 20

/** The server takes the middle of a photograph by itself; any other part is cut here. */
export function planPhotograph(
  { size, crop, file }: Pick<Photograph, 'size' | 'crop' | 'file'>,
  output: ImageSize,
): PhotographPlan {
  if (file.size <= mostBytes && isMiddle(crop, size, output)) return { kind: 'file' }
  const pixels = { width: crop.width * size.width, height: crop.height * size.height }
  const scale = Math.min(1, (finest * output.width) / pixels.width)
  const width = Math.max(1, Math.round(pixels.width * scale))
  return {
    kind: 'part',
    part: crop,
    size: { width, height: Math.max(1, Math.round((width * output.height) / output.width)) },
  }
}

/** Whether a crop is what the server itself would take, within a pixel. */
function isMiddle(crop: Crop, size: ImageSize, output: ImageSize): boolean {
  const { x, y, width, height } = centerCrop(size, output)
  const pixelsApart = [
    crop.left * size.width - x,
    crop.top * size.height - y,
    crop.width * size.width - width,
    crop.height * size.height - height,
  ]
  return pixelsApart.every((apart) => Math.abs(apart) <= 1)
}
