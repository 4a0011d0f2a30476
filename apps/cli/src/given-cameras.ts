import type { ImageSize, Trajectory } from '@flashworld/camera'
import { DEFAULT_LENS, lensFromFov } from '@flashworld/camera'
import type { GenerateRequest } from 'flashworld'
import { imageBytes } from 'flashworld'
import { nodeImages } from 'flashworld/node'
import { parseFov } from './parse-size.ts'
import { readTrajectoryFile } from './read-trajectory-file.ts'

/** What else is asked for, that cameras without intrinsics depend on. */
export interface Pictures {
  readonly image: GenerateRequest['image']
  readonly resolution: GenerateRequest['resolution']
  /** What `--fov` says. */
  readonly fov: string | undefined
}

/**
 * Cameras of a trajectory file; where it has poses only, they look through `--fov`.
 * @throws UsageError, CameraError, FlashWorldError
 */
export async function readGivenCameras(
  path: string,
  { image, resolution, fov }: Pictures,
): Promise<Trajectory> {
  const photograph = image
    ? await nodeImages.open(typeof image === 'string' ? imageBytes(image) : image)
    : undefined
  const degrees = fov === undefined ? undefined : parseFov(fov)
  return readTrajectoryFile(path, {
    lens: lensFromFov(sizeFor(resolution, photograph), degrees),
    ...(photograph && { photograph }),
  })
}

/** The resolution, else the published shape, upright for an upright photograph. */
function sizeFor(
  resolution: GenerateRequest['resolution'],
  photograph: ImageSize | undefined,
): ImageSize {
  if (resolution) return { height: resolution[1], width: resolution[2] }
  const { width, height } = DEFAULT_LENS.size
  return photograph && photograph.height > photograph.width
    ? { width: height, height: width }
    : { width, height }
}
