import type { ImageSize } from '@flashworld/camera'
import { camerasToJson, DEFAULT_LENS, lensFromFov, readTrajectoryJson } from '@flashworld/camera'
import type { GenerateRequest } from 'flashworld'
import { nodeImages } from 'flashworld/node'
import type { Given } from './command.ts'
import { UsageError } from './command.ts'
import { parseFov } from './parse-size.ts'
import { readTrajectoryFile } from './read-trajectory-file.ts'

/** What else is asked for, that cameras depend on. */
interface Pictures {
  readonly fromFile: GenerateRequest
  readonly image: GenerateRequest['image']
  readonly resolution: GenerateRequest['resolution']
}

/**
 * The request's cameras, each with the size that its pixels belong to, so that `--resolution` does not part them.
 * @throws UsageError, CameraError, FlashWorldError
 */
export async function givenCameras(
  { cameras: path, fov }: Given['values'],
  { fromFile, image, resolution }: Pictures,
): Promise<Pick<GenerateRequest, 'cameras'>> {
  if (fov !== undefined && path === undefined) {
    throw new UsageError('--fov: expected --cameras for it, a file of poses without intrinsics')
  }
  if (path !== undefined) {
    const photograph = image ? await nodeImages.open(bytesOf(image)) : undefined
    const lens = lensFromFov(
      sizeFor(resolution, photograph),
      fov === undefined ? undefined : parseFov(fov),
    )
    const { cameras, notes } = await readTrajectoryFile(path, {
      lens,
      ...(photograph && { photograph }),
    })
    for (const note of notes) console.error(`${path}: ${note}`)
    return { cameras: camerasToJson(cameras) }
  }
  // with a photograph, intrinsics without a size are in its pixels, which no resolution changes
  if (image || !fromFile.cameras || !fromFile.resolution) return {}
  const { cameras, notes } = readTrajectoryJson(fromFile)
  for (const note of notes) console.error(`request: ${note}`)
  return { cameras: camerasToJson(cameras) }
}

/** What poses without intrinsics are taken for: the resolution, else the published shape, upright for an upright photograph. */
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

/** Bytes, a data URL or base64. */
const bytesOf = (image: Uint8Array | string): Uint8Array =>
  typeof image === 'string'
    ? new Uint8Array(Buffer.from(image.replace(/^data:[^,]*,/, ''), 'base64'))
    : image
