import type { Camera, ImageSize } from '@flashworld/camera'
import { camerasFromJson, camerasInFrame, camerasToJson, readCamerasJson } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import type { Axes } from '@flashworld/splats'
import { isAxes } from '@flashworld/splats'
import { z } from 'zod'
import type { Mat4 } from '@flashworld/math'
import { FlashWorldError } from './errors.ts'
import type { GenerateEvent } from './events.ts'
import type { CheckedRequest } from './request.ts'
import type { Scene } from './scene.ts'
import { unitScale } from './scene.ts'
import { visibleGaussians } from './scene-file.ts'

const format = 'flashworld-scene'
const version = 1

const schema = z.object({
  format: z.literal(format),
  version: z.literal(version),
  /** Frames, height, width of the generation; the cameras' intrinsics are in its pixels. */
  resolution: z.tuple([z.int().min(2), z.int().positive(), z.int().positive()]),
  /** The path in the frame of the request, one camera a frame, as requests have them. */
  cameras: z.array(z.unknown()).min(2),
  /** How the files lie in that frame. */
  frame: z.object({
    /** World-to-camera matrix of the path's first camera, row-major: what takes the request's frame to the scene's. */
    reference: z.array(z.number()).length(16),
    /** The largest distance of a camera from the first. */
    extent: z.number().nonnegative(),
  }),
  /** What the model's positions and scales were multiplied by in the files. */
  unitScale: z.number().positive(),
  /** Scene files beside the record, by name. */
  files: z.record(
    z.string(),
    z.object({ axes: z.custom<Axes>((axes) => typeof axes === 'string' && isAxes(axes)) }),
  ),
  /** What was asked for; `digest` is the same for the same request, a random seed aside. */
  request: z.object({
    prompt: z.string(),
    image: z.object({ sha256: z.string(), bytes: z.int() }).nullable(),
    imageIndex: z.int(),
    /** The template that the path was made by, if it was. */
    path: z.string().nullable(),
    /** How far below the horizon the template had the first camera look, degrees. */
    lookDown: z.number().default(0),
    digest: z.string(),
  }),
  seed: z.int(),
  model: z.string(),
  backend: z.object({ name: z.string(), kind: z.string(), storage: z.string() }),
  /** In each of the files. */
  gaussians: z.int(),
  /** Seconds by stage, and in all. */
  timings: z.record(z.string(), z.number()),
  seconds: z.number(),
})

/**
 * What is kept beside a scene's files: how it was made, where its cameras stand, how it lies in their frame. As it
 * has `resolution` and `cameras` it is a camera path in the published form too.
 */
export type SceneRecord = Readonly<z.infer<typeof schema>>

export interface Making {
  readonly scene: Scene
  readonly request: CheckedRequest
  readonly done: GenerateEvent & { type: 'done' }
  readonly engine: Engine
  readonly model: string
  readonly files: SceneRecord['files']
}

export async function createSceneRecord({
  scene,
  request,
  done,
  engine,
  model,
  files,
}: Making): Promise<SceneRecord> {
  const { image, prompt, imageIndex, cameras, path, lookDown } = request
  const { resolution, seed, frame } = scene
  return {
    format,
    version,
    request: {
      prompt,
      image: image ? { sha256: await sha256(image), bytes: image.length } : null,
      imageIndex,
      path: cameras ? null : path,
      lookDown: cameras ? 0 : lookDown,
      digest: await requestDigest(request),
    },
    seed,
    model,
    resolution: [...resolution],
    backend: { name: engine.name, kind: engine.kind, storage: engine.half },
    gaussians: visibleGaussians(scene).count,
    seconds: done.seconds,
    timings: { ...done.timings },
    files,
    frame: { reference: [...frame.reference], extent: frame.extent },
    unitScale: unitScale(frame),
    cameras: camerasToJson(scene.path),
  }
}

/** SHA-256 of all that a request asks for but its seed: the same for the same wish. */
export async function requestDigest(request: Omit<CheckedRequest, 'seed'>): Promise<string> {
  const { prompt, image, imageIndex, cameras, path, lookDown, resolution } = request
  const wish = [
    prompt,
    image ? await sha256(image) : null,
    imageIndex,
    cameras ?? [path, lookDown],
    resolution,
  ]
  return sha256(new TextEncoder().encode(JSON.stringify(wish)))
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Reads what `createSceneRecord` gave, as JSON.
 * @param name what messages call the file
 * @throws FlashWorldError `scene/record` on anything else, another version included
 */
export function readSceneRecord(text: string, name: string): SceneRecord {
  const value = parse(text, name)
  const found = value as { format?: unknown; version?: unknown } | null
  if (found?.format === format && found.version !== version) {
    throw wrong(
      `${name}: expected version ${version} of a scene record, got ${JSON.stringify(found.version)}`,
    )
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw wrong(
    `${name}: expected a scene record, but ${issue!.path.join('.') || 'the whole'}: ${issue!.message}`,
  )
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw wrong(`${name}: expected JSON, ${(cause as Error).message}`)
  }
}

const wrong = (message: string) => new FlashWorldError('scene/record', message)

/** The path of a record in the frame of its request. @throws CameraError when its cameras are none */
export function recordCameras({ cameras, resolution }: SceneRecord): Camera[] {
  const [, height, width] = resolution
  return camerasFromJson(readCamerasJson(cameras), { resolution: { height, width } }).cameras
}

/** Cameras of the request's frame in the frame and unit of the scene's files. */
export function camerasInFiles(
  cameras: readonly Camera[],
  { frame, unitScale: unit }: SceneRecord,
): Camera[] {
  const path = { reference: frame.reference as unknown as Mat4, extent: frame.extent }
  return camerasInFrame(cameras, path).map(({ position: [x, y, z], ...camera }) => ({
    ...camera,
    position: [x * unit, y * unit, z * unit],
  }))
}

/** The size of the pictures that a record's generation was made at. */
export const recordSize = ({ resolution: [, height, width] }: SceneRecord): ImageSize => ({
  width,
  height,
})
