import { MAX_LOOK_DOWN } from '@flashworld/camera'
import { z } from 'zod'
import { FlashWorldError } from './errors.ts'
import { requestCameras } from './request-cameras.ts'

/** What is asked for. Upstream's names (`text_prompt`, `image_prompt`, `image_index`) are accepted too. */
export interface GenerateRequest {
  /** What the scene shows. May be empty when there is an image. */
  readonly prompt?: string
  /** A photograph (PNG, JPEG or WebP): its bytes, a data URL, or base64. Never a path. */
  readonly image?: Uint8Array | string | null
  /** The frame that the photograph is seen from: 0 to frames - 1. */
  readonly imageIndex?: number
  /** At least two, as upstream's requests have them: OpenGL camera-to-world, intrinsics in pixels. */
  readonly cameras?: readonly unknown[]
  /** A camera path by template instead of `cameras`, such as `orbit-left:40`. */
  readonly path?: string
  /**
   * How far below the horizon the first camera looks, degrees: the turns of a `path` then keep the horizon level. Left
   * out, what the model's scenes have; 0 where nothing is known of that.
   */
  readonly lookDown?: number
  /** Frames, height, width; sides in multiples of 32. */
  readonly resolution?: readonly [frames: number, height: number, width: number]
  /** 0 to 2^53 - 1; a random one when left out. */
  readonly seed?: number
}

/** A request that was checked, with its defaults filled in. */
export interface CheckedRequest {
  readonly prompt: string
  readonly image: Uint8Array | undefined
  readonly imageIndex: number
  readonly cameras: readonly unknown[] | undefined
  readonly path: string
  readonly lookDown: number
  readonly resolution: readonly [frames: number, height: number, width: number]
  readonly seed: number
}

export interface RequestDefaults {
  readonly resolution: readonly [frames: number, height: number, width: number]
  readonly path: string
  readonly lookDown: number
}

const maxPromptCharacters = 10_000
const maxFrames = 128
const maxSide = 2048
/** Four times the published model's 24 x 480 x 704. */
const maxPixels = 4 * 24 * 480 * 704
/** Base64 of the largest photograph that is worth sending. */
const maxImageCharacters = 64 * 1024 * 1024

const schema = z.strictObject({
  prompt: z.string().max(maxPromptCharacters).default(''),
  image: z
    .union([z.instanceof(Uint8Array), z.string().max(maxImageCharacters)])
    .nullish()
    .transform((image) => image ?? undefined),
  imageIndex: z.int().min(0).default(0),
  cameras: z.array(z.unknown()).optional(),
  path: z.string().max(200).optional(),
  lookDown: z.number().min(-MAX_LOOK_DOWN).max(MAX_LOOK_DOWN).optional(),
  resolution: z.tuple([z.int(), z.int(), z.int()]).optional(),
  seed: z.int().min(0).optional(),
})

/** Upstream's names and ours. */
const aliases: Readonly<Record<string, string>> = {
  text_prompt: 'prompt',
  image_prompt: 'image',
  image_index: 'imageIndex',
}

/**
 * Checks a request once, for every face of the library.
 * @throws FlashWorldError `request/invalid`, `request/empty`, `request/resolution`, `image/unreadable`; CameraError
 */
export function checkRequest(value: unknown, defaults: RequestDefaults): CheckedRequest {
  const parsed = schema.safeParse(withOurNames(value))
  if (!parsed.success)
    throw new FlashWorldError('request/invalid', `request: ${describeIssues(parsed.error)}`)
  const { prompt, imageIndex, cameras, path, lookDown, seed } = parsed.data
  const image =
    parsed.data.image === undefined || parsed.data.image === ''
      ? undefined
      : imageBytes(parsed.data.image)
  const resolution = parsed.data.resolution ?? defaults.resolution
  checkResolution(resolution)
  if (prompt.trim() === '' && !image) {
    throw new FlashWorldError(
      'request/empty',
      'request: expected a prompt, an image or both, got neither',
    )
  }
  if (cameras && path !== undefined) {
    throw new FlashWorldError('request/invalid', 'request: expected cameras or path, got both')
  }
  if (cameras && lookDown !== undefined) {
    throw new FlashWorldError(
      'request/invalid',
      'request: lookDown: expected a path for it, got cameras, which tell it themselves',
    )
  }
  if (imageIndex >= resolution[0]) {
    throw new FlashWorldError(
      'request/invalid',
      `request: imageIndex: expected 0 to ${resolution[0] - 1} for ${resolution[0]} frames, got ${imageIndex}`,
    )
  }
  const checked = {
    prompt,
    image,
    imageIndex,
    cameras,
    path: path ?? defaults.path,
    lookDown: lookDown ?? defaults.lookDown,
    resolution,
    seed: seed ?? randomSeed(),
  }
  requestCameras(checked)
  return checked
}

/** @throws FlashWorldError `request/resolution` */
export function checkResolution([frames, height, width]: readonly [number, number, number]): void {
  const fail = (expected: string, got: string) => {
    throw new FlashWorldError('request/resolution', `resolution: expected ${expected}, got ${got}`)
  }
  if (frames < 2 || frames > maxFrames) fail(`2 to ${maxFrames} frames`, `${frames}`)
  for (const [name, side] of [
    ['height', height],
    ['width', width],
  ] as const) {
    if (side < 32 || side > maxSide || side % 32 !== 0) {
      fail(`a ${name} from 32 to ${maxSide} in multiples of 32`, `${side}`)
    }
  }
  if (frames * height * width > maxPixels) {
    fail(`at most ${maxPixels} pixels in all frames`, `${frames} x ${height} x ${width}`)
  }
}

function withOurNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [aliases[key] ?? key, field]),
  )
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
    .join('; ')
}

/** The bytes of a data URL or of bare base64. */
function imageBytes(image: Uint8Array | string): Uint8Array {
  if (typeof image !== 'string') return image
  const base64 = image.replace(/^data:[^,]*;base64,/, '').replace(/\s/g, '')
  try {
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  } catch (cause) {
    throw new FlashWorldError(
      'image/unreadable',
      'image: expected the bytes of a PNG, JPEG or WebP, a data URL or base64, got other text',
      { cause },
    )
  }
}

const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0]!
