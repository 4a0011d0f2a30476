import type { Camera, ImageSize } from '@flashworld/camera'
import { camerasFromJson, camerasInFrame, camerasToJson, readCamerasJson } from '@flashworld/camera'
import type { Axes } from '@flashworld/splats'
import { isAxes } from '@flashworld/splats'
import { z } from 'zod'
import type { Mat4 } from '@flashworld/math'
import { fromBase64, sha256, toBase64 } from './bytes.ts'
import { FlashWorldError } from './errors.ts'
import type { CheckedImage } from './request.ts'
import type { WireRequest } from './request-schema.ts'
import type { Generated } from './scene.ts'
import { unitScale } from './scene.ts'
import { visibleGaussians } from './scene-file.ts'
import { precisions } from './precision.ts'

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
    image: z
      .object({
        sha256: z.string(),
        bytes: z.int(),
        width: z.int().optional(),
        height: z.int().optional(),
        /** The photograph's file itself, so that the record alone is enough to make the scene again. */
        base64: z.base64().optional(),
      })
      .nullable(),
    imageIndex: z.int(),
    /** The template that the path was made by, if it was. */
    path: z.string().nullable(),
    /** How far below the horizon the template had the first camera look, degrees. */
    lookDown: z.number().default(0),
    /** What a GPU was asked to store numbers as, if it was. */
    precision: z.enum(precisions).nullable().default(null),
    digest: z.string(),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })).default([]),
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

/**
 * The record of a scene.
 * @param files the scene's files, by name
 * @example
 * ```ts
 * import { createSceneRecord, loadFlashWorld } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const made = await world.generateScene({ prompt: 'a tree', resolution: [8, 64, 64], seed: 1 })
 * const record = createSceneRecord(made, { 'tree.spz': { axes: 'RUB' } })
 * console.log(record.seed, record.gaussians)
 * ```
 */
export function createSceneRecord(
  { scene, request, engine, timings, seconds }: Generated,
  files: SceneRecord['files'],
): SceneRecord {
  const { prompt, image, imageIndex, path, lookDown, precision, digest, warnings } = request
  const { resolution, seed, frame } = scene
  return {
    format,
    version,
    request: {
      prompt,
      image: image && recordedImage(image),
      imageIndex,
      path,
      lookDown,
      precision,
      digest,
      warnings: [...warnings],
    },
    seed,
    model: request.model,
    resolution: [...resolution],
    backend: { name: engine.name, kind: engine.kind, storage: engine.half },
    gaussians: visibleGaussians(scene).count,
    seconds,
    timings: { ...timings },
    files,
    frame: { reference: [...frame.reference], extent: frame.extent },
    unitScale: unitScale(frame),
    cameras: camerasToJson(scene.path),
  }
}

const recordedImage = ({ base64, sha256: hash, width, height }: CheckedImage) => {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return { sha256: hash, bytes: (base64.length / 4) * 3 - padding, width, height, base64 }
}

/**
 * The request that a scene was made by, as plain JSON, seed included: it makes the same scene again on the same
 * backend, and with other fields another of its kind.
 * @param image the photograph, for a record that does not hold it
 * @throws FlashWorldError `scene/record` where there was a photograph, and it is not there or is another
 * @example
 * ```ts
 * import { requestOfRecord } from 'flashworld'
 * import { readRecord } from 'flashworld/node'
 *
 * const request = requestOfRecord(await readRecord('house.scene.json'))
 * const another = { ...request, seed: 2 }
 * ```
 */
export async function requestOfRecord(
  record: SceneRecord,
  image?: Uint8Array,
): Promise<WireRequest> {
  const { request, seed, model, resolution } = record
  const { prompt, imageIndex, path, lookDown, precision } = request
  return {
    prompt,
    imageIndex,
    seed,
    model,
    resolution,
    ...(precision && { precision }),
    ...(request.image && { image: await recordsImage(request.image, image) }),
    // a template makes a path for any number of frames; cameras are those of the frames
    ...(path === null ? { cameras: camerasToJson(recordCameras(record)) } : { path, lookDown }),
  }
}

async function recordsImage(
  { sha256: hash, base64: kept }: NonNullable<SceneRecord['request']['image']>,
  given: Uint8Array | undefined,
): Promise<string> {
  const base64 = given ? toBase64(given) : kept
  const found = base64 === undefined ? undefined : await sha256(fromBase64(base64))
  if (base64 !== undefined && found === hash) return base64
  throw wrong(
    `scene record: expected the photograph whose SHA-256 is ${hash}, got ${found ?? 'a record without it'}`,
  )
}

/** True for JSON that says that it is a scene's record, of whatever version. */
export const isSceneRecord = (value: unknown): boolean =>
  (value as { format?: unknown } | null)?.format === format

/**
 * Reads what `createSceneRecord` gave, as JSON.
 * @param name what messages call the file
 * @throws FlashWorldError `scene/record` on anything else, another version included
 * @example
 * ```ts
 * import { readSceneRecord } from 'flashworld'
 * import { readText } from 'flashworld/node'
 *
 * const record = readSceneRecord(await readText('house.scene.json'), 'house.scene.json')
 * console.log(record.request.prompt, record.seed)
 * ```
 */
export const readSceneRecord = (text: string, name: string): SceneRecord =>
  parseSceneRecord(parse(text, name), name)

/** The same of JSON that was parsed. @throws FlashWorldError `scene/record` */
export function parseSceneRecord(value: unknown, name: string): SceneRecord {
  const found = value as { version?: unknown } | null
  if (isSceneRecord(value) && found?.version !== version) {
    throw wrong(
      `${name}: expected version ${version} of a scene record, got ${JSON.stringify(found?.version)}`,
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

/**
 * The path of a record in the frame of its request.
 * @throws CameraError when its cameras are none
 * @example
 * ```ts
 * import { recordCameras } from 'flashworld'
 * import { readRecord } from 'flashworld/node'
 *
 * const cameras = recordCameras(await readRecord('house.scene.json'))
 * console.log(cameras.length)
 * ```
 */
export function recordCameras({ cameras, resolution }: SceneRecord): Camera[] {
  const [, height, width] = resolution
  return camerasFromJson(readCamerasJson(cameras), { resolution: { height, width } }).cameras
}

/**
 * Cameras of the request's frame in the frame and unit of the scene's files.
 * @example
 * ```ts
 * import { camerasInFiles, recordCameras } from 'flashworld'
 * import { readRecord } from 'flashworld/node'
 *
 * const record = await readRecord('house.scene.json')
 * const cameras = camerasInFiles(recordCameras(record), record)
 * console.log(cameras[0]!.position) // where the first camera stands in house.spz: [0, 0, 0]
 * ```
 */
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

/**
 * The size of the pictures that a record's generation was made at.
 * @example
 * ```ts
 * import { recordSize } from 'flashworld'
 * import { readRecord } from 'flashworld/node'
 *
 * const { width, height } = recordSize(await readRecord('house.scene.json'))
 * ```
 */
export const recordSize = ({ resolution: [, height, width] }: SceneRecord): ImageSize => ({
  width,
  height,
})
