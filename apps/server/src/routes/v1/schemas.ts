import { requestSchema } from 'flashworld'
import { z } from 'zod'
import { isArtifactName, isJobId } from '../../artifacts/store.ts'

/** Scenes of one batch. */
export const maxSeeds = 32

const time = z.iso.datetime()

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().describe('What went wrong, for programs, such as queue/full'),
      message: z.string().describe('The same for people'),
      hint: z.string().optional().describe('What to do about it'),
      requestId: z.string().describe('How the log calls the request'),
    }),
  })
  .meta({ id: 'Error' })

export const fileSchema = z
  .object({
    name: z.string(),
    bytes: z.int(),
    url: z.string().describe('Path on this server'),
  })
  .meta({ id: 'File' })

export const sceneSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']),
    ahead: z.int().optional().describe('Scenes that will be made before it, while it is queued'),
    estimatedSeconds: z
      .number()
      .nullable()
      .describe('Until it is done, from measured times; null where nothing was measured'),
    budgetSeconds: z.number().describe('Time that it may take on its device'),
    prompt: z.string(),
    seed: z.int(),
    resolution: z.tuple([z.int(), z.int(), z.int()]).describe('Frames, height, width'),
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    result: z
      .object({
        seed: z.int(),
        gaussians: z.int(),
        seconds: z.number().describe('On the engine'),
        timings: z.record(z.string(), z.number()).describe('Seconds by stage'),
      })
      .nullable(),
    error: z
      .object({ code: z.string(), message: z.string(), hint: z.string().optional() })
      .nullable()
      .describe('Why it failed'),
    files: z
      .array(fileSchema)
      .describe('Files that are there; capabilities names those that are made when asked for'),
  })
  .meta({ id: 'Scene' })

const warnings = z.array(z.string()).describe('What will probably not come out as hoped')

export const submittedSchema = sceneSchema.extend({ warnings }).meta({ id: 'SubmittedScene' })

export const batchSchema = z.object({ scenes: z.array(submittedSchema) }).meta({ id: 'Batch' })

export const pageSchema = z
  .object({
    scenes: z.array(sceneSchema),
    next: z.string().nullable().describe('The `after` of the next page; null on the last'),
  })
  .meta({ id: 'ScenePage' })

/** A scene's request, and how many scenes of it. */
export const submissionSchema = requestSchema
  .extend({
    seeds: z
      .union([z.int().min(1).max(maxSeeds), z.array(z.int().min(0)).min(1).max(maxSeeds)])
      .optional()
      .describe(
        'Makes several scenes in place of one: their number, with seed and those after it, or random ones; or their seeds',
      ),
    webhook: z
      .url()
      .max(2000)
      .optional()
      .describe('Told when a scene has ended, signed; of a host that the operator allows'),
  })
  .meta({ id: 'Submission' })

export const idParams = z.object({ id: z.string().refine(isJobId).describe("The scene's id") })

export const fileParams = idParams.extend({
  name: z
    .string()
    .refine(isArtifactName)
    .describe('Such as scene.spz, scene.500k.ply, thumbnail.webp, film.mp4'),
})

export const queueSchema = z
  .object({
    counts: z
      .object({
        queued: z.int(),
        running: z.int(),
        completed: z.int(),
        failed: z.int(),
        cancelled: z.int(),
      })
      .describe('Scenes by state'),
    oldestSeconds: z.number().describe('How long the oldest queued scene has waited'),
    secondsPerPixel: z
      .number()
      .nullable()
      .describe('Seconds a pixel of a frame, as the last scenes took; null before the first'),
  })
  .meta({ id: 'Queue' })

const resolution = z.tuple([z.int(), z.int(), z.int()]).describe('Frames, height, width')
const range = z.tuple([z.int(), z.int()]).describe('Least and most')
const size = z.object({ width: z.int(), height: z.int() })

export const modelsSchema = z
  .object({
    models: z.array(
      z.object({
        name: z.string(),
        resolution: resolution.describe('Where a request names none: frames, height, width'),
        path: z.string().describe('The camera path where a request names none'),
        lookDown: z.number().describe('How far below the horizon the first camera looks, degrees'),
        trained: z.object({ frames: range, sizes: z.array(size) }),
      }),
    ),
  })
  .meta({ id: 'Models' })

export const capabilitiesSchema = z
  .object({
    model: z.string(),
    frames: range,
    side: range.describe('Height and width: least and most pixels'),
    sideMultiple: z.int().describe('Height and width are multiples of this'),
    pixels: z.int().describe('Most pixels of all frames'),
    seeds: z.int().describe('Most scenes of one batch'),
    templates: z.array(
      z.object({
        name: z.string(),
        summary: z.string(),
        unit: z.enum(['distances', 'degrees']),
        amount: z.number().describe('Where none is given'),
      }),
    ),
    files: z.array(z.string()).describe('Names that every completed scene can be fetched by'),
    convert: z.array(z.string()).describe('Endings that a scene can be converted to'),
    targets: z.array(z.string()).describe('Programs whose axes a file can be given'),
    tiers: z.array(z.string()).describe('Sizes of smaller versions'),
    film: z.boolean().describe('Whether MP4 films can be made here'),
    maxBodyBytes: z.int(),
    maxQueuedPerClient: z.int(),
    maxRunningPerClient: z.int(),
    keepSeconds: z.number().describe('How long files of ended scenes are kept'),
    budgetSeconds: z
      .number()
      .nullable()
      .describe('Time that a scene may take on its device; null: by its size'),
  })
  .meta({ id: 'Capabilities' })
