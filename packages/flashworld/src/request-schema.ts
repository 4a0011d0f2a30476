import type { Camera, CameraJson } from '@flashworld/camera'
import { camerasToJson, closestName, MAX_CAMERAS, MAX_LOOK_DOWN } from '@flashworld/camera'
import { z } from 'zod'
import { toBase64 } from './bytes.ts'
import { FlashWorldError } from './errors.ts'
import type { Resolution } from './known-models.ts'
import { precisions } from './precision.ts'

/** Base64 of the largest photograph that is worth sending. */
const maxImageCharacters = 64 * 1024 * 1024
const maxPromptCharacters = 10_000
export const maxFrames = 128

const pixels = (what: string) => z.number().describe(`${what}, pixels`)

const cameraSchema = z
  .strictObject({
    position: z.tuple([z.number(), z.number(), z.number()]).describe("The camera's place: x, y, z"),
    quaternion: z
      .tuple([z.number(), z.number(), z.number(), z.number()])
      .describe('Camera-to-world rotation, real part first: w, x, y, z'),
    fx: pixels('Focal length along x'),
    fy: pixels('Focal length along y'),
    cx: pixels('Principal point, x'),
    cy: pixels('Principal point, y'),
    width: z
      .int()
      .positive()
      .optional()
      .describe(
        "Width of the picture that fx, fy, cx and cy are in the pixels of; default the photograph's, else the resolution's",
      ),
    height: z.int().positive().optional().describe('Height of that picture'),
  })
  .describe('A pinhole camera with OpenGL axes: x right, y up, looking down -z')

/**
 * What is asked for, as plain JSON: the one description that command line, server, OpenAPI and forms go by.
 * `z.toJSONSchema(requestSchema)` is its JSON Schema. `checkRequest` takes the published names too.
 */
export const requestSchema = z
  .strictObject({
    prompt: z
      .string()
      .max(maxPromptCharacters)
      .optional()
      .describe('What the scene shows. May be left out when there is an image'),
    image: z
      .string()
      .max(maxImageCharacters)
      .nullable()
      .optional()
      .describe('A photograph to start from (PNG, JPEG or WebP), as a data URL or base64'),
    imageIndex: z
      .int()
      .min(0)
      .max(maxFrames - 1)
      .optional()
      .describe('The frame that the photograph is seen from, counted from 0; default 0'),
    cameras: z
      .array(cameraSchema)
      .min(2)
      .max(MAX_CAMERAS)
      .optional()
      .describe('The camera path: at least two cameras, evenly spaced in time'),
    path: z
      .string()
      .max(200)
      .optional()
      .describe(
        'The camera path by template instead of cameras, NAME[:AMOUNT] or several with commas between, such as orbit-left:40',
      ),
    lookDown: z
      .number()
      .min(-MAX_LOOK_DOWN)
      .max(MAX_LOOK_DOWN)
      .optional()
      .describe(
        "How far below the horizon the first camera looks, degrees: the turns of a path then keep the horizon level; default the model's",
      ),
    resolution: z
      .tuple([z.int(), z.int(), z.int()])
      .optional()
      .describe(
        "Frames, height, width; sides in multiples of 32; default the model's, of the photograph's shape",
      ),
    seed: z
      .int()
      .min(0)
      .optional()
      .describe('The same seed gives the same scene; a random one when left out'),
    model: z
      .string()
      .regex(/^[\w.-]{1,100}$/, 'expected a name of letters, digits, dots, dashes')
      .optional()
      .describe('The name of the model; default the one that is loaded'),
    precision: z
      .enum(precisions)
      .optional()
      .describe('What a GPU computes with; default the quickest that it does well'),
  })
  .describe('A sentence, a photograph or both, and a camera path, to make a scene of')

type Parsed = z.infer<typeof requestSchema>

/** A request as plain JSON. */
export interface WireRequest extends Readonly<Omit<Parsed, 'cameras' | 'resolution'>> {
  readonly cameras?: readonly CameraJson[] | undefined
  readonly resolution?: Resolution | undefined
}

/** A request as programs make it: plain JSON, or with bytes and our own cameras in it. */
export interface GenerateRequest extends Omit<WireRequest, 'image' | 'cameras'> {
  /** A photograph (PNG, JPEG or WebP): its bytes, a data URL, or base64. Never a path. */
  readonly image?: Uint8Array | string | null | undefined
  readonly cameras?: readonly (CameraJson | Camera)[] | undefined
}

/** The names in the published code and on its page, and ours. */
const publishedNames: Readonly<Record<string, keyof WireRequest>> = {
  text_prompt: 'prompt',
  textPrompt: 'prompt',
  image_prompt: 'image',
  imagePrompt: 'image',
  image_index: 'imageIndex',
}

const names = Object.keys(requestSchema.shape)

/**
 * A request as plain JSON by our names, its fields checked one by one.
 * @param value plain JSON, by our names or the published ones, or what a program made
 * @throws FlashWorldError `request/invalid`
 * @example
 * ```ts
 * import { parseRequest } from 'flashworld'
 *
 * // the published code's names are taken too
 * console.log(parseRequest({ text_prompt: 'a red house' }).prompt) // 'a red house'
 * ```
 */
export function parseRequest(value: unknown): WireRequest {
  const parsed = requestSchema.safeParse(asPlainJson(withOurNames(value)))
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.map(describeIssue).join('; '))
}

export const invalid = (message: string) =>
  new FlashWorldError('request/invalid', `request: ${message}`)

function withOurNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const fields = new Map<string, unknown>()
  for (const [key, field] of Object.entries(value)) {
    const name = publishedNames[key] ?? key
    if (fields.has(name)) throw invalid(`${name}: expected it once, got it by two names`)
    fields.set(name, field)
  }
  return Object.fromEntries(fields)
}

/** Bytes become base64, our own cameras those of JSON. */
function asPlainJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { image, cameras } = value as { image?: unknown; cameras?: unknown }
  return {
    ...value,
    ...(image instanceof Uint8Array && { image: toBase64(image) }),
    ...(Array.isArray(cameras) && { cameras: cameras.map(cameraAsJson) }),
  }
}

const cameraAsJson = (camera: unknown): unknown =>
  isCamera(camera) ? camerasToJson([camera])[0] : camera

/** By the field that tells ours; what the others hold is checked as all of them are. */
const isCamera = (value: unknown): value is Camera =>
  typeof value === 'object' &&
  value !== null &&
  'size' in value &&
  typeof value.size === 'object' &&
  value.size !== null

function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.')
  if (issue.code !== 'unrecognized_keys') return [place, issue.message].filter(Boolean).join(': ')
  const known =
    place === '' ? [...names, ...Object.keys(publishedNames)] : Object.keys(cameraSchema.shape)
  const unknown = issue.keys.map((key) => {
    const meant = closestName(key, known)
    return `'${key}'${meant === undefined ? '' : `; did you mean ${meant}?`}`
  })
  return [place, `expected no field ${unknown.join(', ')}`].filter(Boolean).join(': ')
}
