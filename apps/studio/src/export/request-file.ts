import type { ImageSize } from '@flashworld/camera'
import { photographFile } from '../generation/photograph-file.ts'
import { requestOf } from '../generation/request.ts'
import { framesOf } from '../path/frames.ts'
import type { Project } from '../project/project.ts'

/** A project as the request that the command line, the server and the published page read, photograph included. */
export async function requestFile(project: Project): Promise<Blob> {
  const { photograph, path, scene } = project
  const size: ImageSize = { width: scene.width, height: scene.height }
  const {
    prompt,
    resolution,
    cameras,
    imageIndex = 0,
  } = requestOf(project, framesOf(path, scene.frames, size))
  const image = photograph && (await dataUrl(await photographFile(photograph, size)))
  // the published names, which we read as well
  const request = {
    image_prompt: image,
    text_prompt: prompt,
    image_index: imageIndex,
    resolution,
    ...(scene.seed !== null && { seed: scene.seed }),
    cameras,
  }
  return new Blob([JSON.stringify(request, null, 1)], { type: 'application/json' })
}

const dataUrl = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error!)
    reader.readAsDataURL(file)
  })
