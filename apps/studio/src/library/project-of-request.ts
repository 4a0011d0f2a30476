import type { ImageSize } from '@flashworld/camera'
import { imageBytes, parseRequest, requestCameras } from 'flashworld'
import type { Path, View } from '../path/path.ts'
import { pathThrough } from '../path/edits.ts'
import type { Photograph, Project } from '../project/project.ts'
import { centreCrop } from '../sentence/crop.ts'
import { placedInView } from '../path/files/place-in-view.ts'
import { viewOfCamera } from '../path/frames.ts'

/** What is needed to make a project of a request. */
export interface RequestReading {
  /** What the request leaves open is as it was. */
  readonly base: Project
  /** What a request that names no path goes by: the server's own. */
  readonly defaults: { readonly path: string; readonly lookDown: number }
  /** Of an upright photograph. @throws where it is none */
  readonly sizeOf: (photograph: Blob) => Promise<ImageSize>
}

/**
 * A request, by our names or the published ones, as a project: its frames become the keys of the path, which begins at
 * the origin.
 * @throws FlashWorldError `request/invalid`, `image/unreadable`; CameraError
 */
export async function projectOfRequest(
  value: unknown,
  { base, defaults, sizeOf }: RequestReading,
): Promise<Project> {
  const request = parseRequest(value)
  const { prompt = '', image, imageIndex = 0, seed = null } = request
  const [frames, height, width] = request.resolution ?? [
    base.scene.frames,
    base.scene.height,
    base.scene.width,
  ]
  const output = { width, height }
  const file = image ? photographBlob(image) : null
  const photograph = file && { file, size: await sizeOf(file) }
  const asked = request.cameras ?? {
    path: request.path ?? defaults.path,
    lookDown: request.lookDown ?? defaults.lookDown,
  }
  const count = request.cameras?.length ?? frames
  const { cameras } = requestCameras(asked, {
    resolution: [count, height, width],
    photograph: photograph?.size,
  })
  return {
    ...base,
    name: '',
    sentence: prompt,
    photograph: photograph && photographSeen(photograph, output, Math.min(imageIndex, frames - 1)),
    path: pathOfViews(placedInView(cameras.map(viewOfCamera)).placed),
    scene: { ...base.scene, frames, width, height, seed, worlds: 1 },
  }
}

/** Frames as the keys of a path that goes straight from one to the next, as the model takes them. */
export const pathOfViews = (views: readonly View[]): Path => ({
  ...pathThrough(views),
  smooth: false,
})

const photographSeen = (
  { file, size }: Pick<Photograph, 'file' | 'size'>,
  output: ImageSize,
  frame: number,
): Photograph => ({
  name: `photograph.${file.type.slice('image/'.length)}`,
  file,
  size,
  crop: centreCrop(size, output),
  frame,
})

function photographBlob(image: string): Blob {
  const bytes = imageBytes(image)
  return new Blob([new Uint8Array(bytes)], { type: photographType(bytes) ?? 'image/png' })
}

/** The type of a picture by its first bytes; undefined where it is none that is taken. */
export function photographType(bytes: Uint8Array): string | undefined {
  const starts = (text: string, at = 0) =>
    [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0))
  if (starts('\x89PNG')) return 'image/png'
  if (starts('\xff\xd8\xff')) return 'image/jpeg'
  return starts('RIFF') && starts('WEBP', 8) ? 'image/webp' : undefined
}
