import type { Camera, ImageSize } from '@flashworld/camera'
import { fromBase64, sha256, toBase64 } from './bytes.ts'
import { FlashWorldError } from './errors.ts'
import type { ImageDecoder, Photograph } from './image.ts'
import type { RequestDefaults, Resolution } from './known-models.ts'
import { requestCameras } from './request-cameras.ts'
import type { GenerateRequest, WireRequest } from './request-schema.ts'
import { invalid, maxFrames, parseRequest } from './request-schema.ts'
import type { RequestWarning } from './request-warnings.ts'
import { warnOfSize, warnOfViews } from './request-warnings.ts'
import type { Precision } from './precision.ts'

/**
 * A request that was checked, with its defaults filled in: what is generated from, recorded, hashed and sent to a
 * worker. Plain JSON, so that it goes through `structuredClone` and `JSON` and comes out the same.
 */
export interface CheckedRequest {
  readonly format: 'flashworld-request'
  readonly version: 1
  readonly prompt: string
  readonly image: CheckedImage | null
  readonly imageIndex: number
  /** One a frame, of the pictures that are generated, in the request's frame. */
  readonly cameras: readonly Camera[]
  /** The template that the cameras were made by, if they were. */
  readonly path: string | null
  /** How far below the horizon the template had the first camera look, degrees. */
  readonly lookDown: number
  readonly resolution: Resolution
  readonly seed: number
  readonly model: string
  readonly precision: Precision | null
  /** SHA-256 of all that was asked for but the seed: the same for the same wish, by whatever names it came. */
  readonly digest: string
  /** What will probably not come out as hoped. */
  readonly warnings: readonly RequestWarning[]
}

/** A photograph, upright as its metadata says. */
export interface CheckedImage extends ImageSize {
  /** The file, as it came. */
  readonly base64: string
  readonly sha256: string
}

/** What requests are checked against. */
export interface RequestContext {
  readonly defaults: RequestDefaults
  readonly images: ImageDecoder
}

/** Four times the published model's 24 x 480 x 704. */
const maxPixels = 4 * 24 * 480 * 704
const [minSide, maxSide, sideMultiple] = [32, 2048, 32]

/** What a request's resolution may be: frames and sides, least and most; pixels of all frames. */
export const requestLimits = {
  frames: [2, maxFrames] as [least: number, most: number],
  side: [minSide, maxSide] as [least: number, most: number],
  sideMultiple,
  pixels: maxPixels,
}

/**
 * Checks a request once, for every face of the library. The photograph is decoded; where no resolution is asked for,
 * the scene gets the shape that is nearest to it of those that the model knows.
 * @param value plain JSON, by our names or the published ones, or with bytes and our own cameras in it
 * @throws FlashWorldError `request/invalid`, `request/empty`, `request/resolution`, `request/model`,
 * `image/unreadable`, `image/size`; CameraError
 * @example
 * ```ts
 * import { checkpointDefaults, checkRequest } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages } from 'flashworld/node'
 *
 * const defaults = await checkpointDefaults(folderSource(embeddedModel()))
 * const request = await checkRequest(
 *   { prompt: 'a red house on grass', path: 'orbit-left:40', seed: 1 },
 *   { defaults, images: nodeImages },
 * )
 * for (const { code, message } of request.warnings) console.warn(code, message)
 * console.log(request.cameras.length, request.digest)
 * ```
 */
export async function checkRequest(
  value: unknown,
  { defaults, images }: RequestContext,
): Promise<CheckedRequest> {
  const wire = parseRequest(value)
  const { prompt = '', imageIndex = 0, seed = randomSeed(), precision = null } = wire
  checkTogether(wire, defaults)
  const photograph = await openPhotograph(wire.image, images)
  const resolution = wire.resolution ?? shapedLike(photograph, defaults)
  checkResolution(resolution)
  const [frames] = resolution
  if (imageIndex >= frames) {
    throw invalid(`imageIndex: expected 0 to ${frames - 1} for ${frames} frames, got ${imageIndex}`)
  }
  const path = wire.cameras ? null : (wire.path ?? defaults.path)
  const lookDown = wire.cameras ? 0 : (wire.lookDown ?? defaults.lookDown)
  const { cameras, notes } = requestCameras(wire.cameras ?? { path: path!, lookDown }, {
    resolution,
    photograph,
  })
  const image = photograph && {
    base64: toBase64(photograph.bytes),
    sha256: await sha256(photograph.bytes),
    width: photograph.width,
    height: photograph.height,
  }
  const wish = {
    prompt,
    image: image ?? null,
    imageIndex,
    cameras,
    path,
    lookDown,
    resolution,
    model: defaults.model,
    precision,
  }
  return {
    format: 'flashworld-request',
    version: 1,
    ...wish,
    seed,
    digest: await digestOf(wish),
    warnings: [
      ...(photograph?.warnings ?? []).map(
        (message) => ({ code: 'image/damaged', message: `image: ${message}` }) as const,
      ),
      ...notes.map(
        (message) => ({ code: 'camera/assumed', message: `cameras: ${message}` }) as const,
      ),
      ...warnOfSize(resolution, defaults),
      ...warnOfViews(cameras),
    ],
  }
}

/** What fields may not say together. */
function checkTogether(request: WireRequest, defaults: RequestDefaults): void {
  const { prompt = '', image, cameras, path, lookDown, model } = request
  if (prompt.trim() === '' && !image) {
    throw new FlashWorldError(
      'request/empty',
      'request: expected a prompt, an image or both, got neither',
    )
  }
  if (cameras && path !== undefined) throw invalid('expected cameras or path, got both')
  if (cameras && lookDown !== undefined) {
    throw invalid('lookDown: expected a path for it, got cameras, which tell it themselves')
  }
  if (model !== undefined && model !== defaults.model) {
    throw new FlashWorldError(
      'request/model',
      `request: model: expected '${defaults.model}', which is what is there, got '${model}'`,
    )
  }
}

/** @throws FlashWorldError `request/resolution` */
export function checkResolution([frames, height, width]: Resolution): void {
  const fail = (expected: string, got: string) => {
    throw new FlashWorldError('request/resolution', `resolution: expected ${expected}, got ${got}`)
  }
  if (frames < 2 || frames > maxFrames) fail(`2 to ${maxFrames} frames`, `${frames}`)
  for (const [name, side] of [
    ['height', height],
    ['width', width],
  ] as const) {
    if (side < minSide || side > maxSide || side % sideMultiple !== 0) {
      fail(`a ${name} from ${minSide} to ${maxSide} in multiples of ${sideMultiple}`, `${side}`)
    }
  }
  if (frames * height * width > maxPixels) {
    fail(`at most ${maxPixels} pixels in all frames`, `${frames} x ${height} x ${width}`)
  }
}

interface OpenedPhotograph extends Photograph {
  readonly bytes: Uint8Array
}

async function openPhotograph(
  image: string | null | undefined,
  images: ImageDecoder,
): Promise<OpenedPhotograph | undefined> {
  if (!image) return undefined
  const bytes = imageBytes(image)
  return { bytes, ...(await images.open(bytes)) }
}

/**
 * The bytes of a data URL or of bare base64.
 * @throws FlashWorldError `image/unreadable`
 * @example
 * ```ts
 * import { imageBytes } from 'flashworld'
 *
 * const bytes = imageBytes('data:image/png;base64,iVBORw0KGgo=')
 * console.log(bytes.length) // 8
 * ```
 */
export function imageBytes(image: string): Uint8Array {
  try {
    return fromBase64(image.replace(/^data:[^,]*;base64,/, '').replace(/\s/g, ''))
  } catch (cause) {
    throw new FlashWorldError(
      'image/unreadable',
      'image: expected the bytes of a PNG, JPEG or WebP, a data URL or base64, got other text',
      { cause },
    )
  }
}

/** The model's own resolution, or for a photograph that of the nearest shape that the model knows. */
function shapedLike(
  photograph: ImageSize | undefined,
  { resolution, trained }: RequestDefaults,
): Resolution {
  if (!photograph) return resolution
  const shape = ({ width, height }: ImageSize) => Math.log(width / height)
  const away = (size: ImageSize) => Math.abs(shape(size) - shape(photograph))
  const [nearest] = trained.sizes.toSorted((a, b) => away(a) - away(b))
  return [resolution[0], nearest!.height, nearest!.width]
}

type Wish = Omit<CheckedRequest, 'format' | 'version' | 'seed' | 'digest' | 'warnings'>

/**
 * Of what the scene depends on. Rotations and lenses are rounded, as a way through pixels and unit quaternions changes
 * their last digits.
 */
function digestOf({ prompt, image, imageIndex, cameras, resolution, model, precision }: Wish) {
  const rounded = (value: number) => Math.round(value * 1e6) || 0
  const poses = cameras.map(({ position, rotation, fx, fy, cx, cy }) => [
    ...position,
    ...[...rotation, fx, fy, cx, cy].map(rounded),
  ])
  const wish = [prompt, image?.sha256 ?? null, imageIndex, poses, resolution, model, precision]
  return sha256(new TextEncoder().encode(JSON.stringify(wish)))
}

const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0]!

/** True for what `checkRequest` gave, here or in another process. */
export const isChecked = (request: GenerateRequest | CheckedRequest): request is CheckedRequest =>
  'format' in request && request.format === 'flashworld-request'

/**
 * A checked request without its photograph's bytes, and the bytes: for a queue that keeps them elsewhere.
 * @example
 * ```ts
 * import { checkpointDefaults, checkRequest, detachImage } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, readInput } from 'flashworld/node'
 *
 * const defaults = await checkpointDefaults(folderSource(embeddedModel()))
 * const { request, image } = detachImage(
 *   await checkRequest({ image: await readInput('photo.png') }, { defaults, images: nodeImages }),
 * )
 * console.log(JSON.stringify(request).length, image?.length)
 * ```
 */
export function detachImage(request: CheckedRequest): {
  readonly request: CheckedRequest
  readonly image: Uint8Array | undefined
} {
  const { image } = request
  if (!image) return { request, image: undefined }
  return {
    request: { ...request, image: { ...image, base64: '' } },
    image: fromBase64(image.base64),
  }
}

/**
 * Puts the photograph's bytes back.
 * @example
 * ```ts
 * import { attachImage, checkpointDefaults, checkRequest, detachImage } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, readInput } from 'flashworld/node'
 *
 * const defaults = await checkpointDefaults(folderSource(embeddedModel()))
 * const whole = await checkRequest(
 *   { image: await readInput('photo.png') },
 *   { defaults, images: nodeImages },
 * )
 * const { request, image } = detachImage(whole)
 * console.log(attachImage(request, image).digest === whole.digest) // true
 * ```
 */
export const attachImage = (
  request: CheckedRequest,
  bytes: Uint8Array | undefined,
): CheckedRequest =>
  request.image && bytes
    ? { ...request, image: { ...request.image, base64: toBase64(bytes) } }
    : request
