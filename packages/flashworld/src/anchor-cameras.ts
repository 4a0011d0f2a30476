import type { ImageDecoder } from './image.ts'
import { imageBytes } from './request.ts'
import type { WireRequest } from './request-schema.ts'

/**
 * A request whose cameras each name the picture that their pixels belong to: the photograph's, else the resolution's.
 * Then its image and its resolution can be exchanged, and the cameras keep their views.
 * @throws FlashWorldError `image/unreadable`, `image/size`
 * @example
 * ```ts
 * import { anchorCameras } from 'flashworld'
 * import { nodeImages, readRequest } from 'flashworld/node'
 *
 * const request = await readRequest('request.json')
 * const anchored = await anchorCameras(request, nodeImages)
 * console.log(anchored.cameras?.[0]?.width)
 * ```
 */
export async function anchorCameras(
  request: WireRequest,
  images: ImageDecoder,
): Promise<WireRequest> {
  const { image, cameras, resolution } = request
  if (!cameras) return request
  const size = image
    ? await images.open(imageBytes(image))
    : resolution && { width: resolution[2], height: resolution[1] }
  if (!size) return request
  const { width, height } = size
  return { ...request, cameras: cameras.map((camera) => ({ width, height, ...camera })) }
}
