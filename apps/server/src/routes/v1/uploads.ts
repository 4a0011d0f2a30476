import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { VIDEO_FPS } from '@flashworld/camera'
import type { AxesTarget } from '@flashworld/splats'
import { TARGET_AXES, TIERS } from '@flashworld/splats'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { sceneEndings } from 'flashworld/node'
import { z } from 'zod'
import { checkDiskSpace } from '../../artifacts/disk-space.ts'
import { parseJson } from '../../body/json-bodies.ts'
import { ServerError } from '../../errors.ts'
import type { SceneTask } from '../../scene-work/tasks.ts'
import { tierNames } from '../../scene-work/scene-files.ts'
import type { Services } from '../../services.ts'

/** The formats that a scene can be written in, as `to` names them. */
export const convertFormats = sceneEndings.map((ending) => ending.slice(1))
export const targets = Object.keys(TARGET_AXES) as AxesTarget[]

/** Pictures of a film, and pixels of them all: what a client may ask of the machine at once. */
const mostPictures = 600
const mostPixels = 600 * 1024 * 1024

const sideSchema = z.coerce.number().int().min(16).max(2048)

const convertQuery = z.object({
  to: z.enum(convertFormats).describe('The format'),
  tier: z.enum(tierNames).optional().describe('Keeps only the most visible Gaussians'),
  target: z.enum(targets).optional().describe('The program whose axes the file gets'),
})

const renderQuery = z.object({
  to: z.enum(['webp', 'png', 'mp4']).default('webp').describe('A picture, or a film'),
  path: z
    .string()
    .max(200)
    .optional()
    .describe('A camera path by template, such as orbit-left:40; default orbit-left'),
  still: z.coerce
    .number()
    .int()
    .min(0)
    .max(4095)
    .default(0)
    .describe('The camera that a picture is seen by, counted from 0'),
  width: sideSchema.default(704),
  height: sideSchema.default(480),
  fps: z.coerce.number().min(1).max(60).default(VIDEO_FPS).describe('Pictures a second'),
  seconds: z.coerce.number().positive().max(60).default(6).describe('How long a film runs'),
})

/** Work on scenes that clients bring themselves. */
export const uploadRoutes = (services: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    app.post(
      '/convert',
      {
        config: { scope: 'generate', rateLimit: {} },
        schema: {
          summary: 'Writes a scene file in another format',
          description: 'The scene is the file `file` of a form.',
          tags: ['files'],
          consumes: ['multipart/form-data'],
          querystring: convertQuery,
          response: {
            200: {
              description: 'The scene',
              content: { 'application/octet-stream': { schema: z.string() } },
            },
          },
        },
      },
      async (request, reply) => {
        const { to, tier, target } = request.query
        return answerWork(services, request, reply, (input) => ({
          type: 'convert',
          input,
          output: `scene.${to}`,
          limit: tier && TIERS[tier],
          target,
          backend: services.options.backend,
        }))
      },
    )

    app.post(
      '/render',
      {
        config: { scope: 'generate', rateLimit: {} },
        schema: {
          summary: 'Draws a picture or a film of a scene file',
          description:
            'The scene is the file `file` of a form; its field `cameras` may hold a camera path as requests have it, in the frame of the file.',
          tags: ['files'],
          consumes: ['multipart/form-data'],
          querystring: renderQuery,
          response: {
            200: {
              description: 'The picture or film',
              content: {
                'image/webp': { schema: z.string() },
                'image/png': { schema: z.string() },
                'video/mp4': { schema: z.string() },
              },
            },
          },
        },
      },
      async (request, reply) => {
        const { to, path, still, width, height, fps, seconds } = request.query
        const count = to === 'mp4' ? Math.round(seconds * fps) + 1 : 1
        if (count > mostPictures || count * width * height > mostPixels) {
          throw new ServerError(
            'body/invalid',
            `render: expected at most ${mostPictures} pictures of ${mostPixels} pixels in all, got ${count} of ${width} x ${height}`,
          )
        }
        return answerWork(services, request, reply, (input, { cameras }) => ({
          type: 'render',
          input,
          output: `scene.${to}`,
          cameras: cameras === undefined ? undefined : parseJson(cameras, 'cameras'),
          path,
          still,
          size: { width, height },
          fps,
          seconds,
          backend: services.options.backend,
        }))
      },
    )
  }

type TaskOf = (input: string, fields: Readonly<Record<string, string>>) => SceneTask

/** Does a task on the file that a form brings, and sends what comes of it. Nothing is kept. */
async function answerWork(
  { sceneWork, stopping, options }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  taskOf: TaskOf,
) {
  await checkDiskSpace(options.data, options.minFreeDisk)
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const folder = await sceneWork.folder()
  reply.raw.once('close', () => void sceneWork.discard(folder))
  const { input, fields } = await receive(request, folder)
  const task = taskOf(input, fields)
  const signal = AbortSignal.any([gone.signal, stopping])
  const notes = await sceneWork.run(folder, task, signal)
  const output = join(folder, task.output)
  const { size } = await stat(output)
  const type = contentTypes[task.output.split('.').at(-1)!]
  return reply
    .header('content-type', type ?? 'application/octet-stream')
    .header('content-length', size)
    .header('content-disposition', `attachment; filename="${task.output}"`)
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', 'no-store')
    .headers(notes.length > 0 ? { 'x-flashworld-notes': encodeURIComponent(notes.join('\n')) } : {})
    .send(createReadStream(output))
}

const contentTypes: Readonly<Record<string, string>> = {
  webp: 'image/webp',
  png: 'image/png',
  mp4: 'video/mp4',
}

/** Brings a form's one file into a folder, under a name of ours with its ending. @throws ServerError `body/*` */
async function receive(request: FastifyRequest, folder: string) {
  if (!request.isMultipart()) throw new ServerError('body/type', 'expected a form with a file')
  const fields: Record<string, string> = Object.create(null)
  let input: string | undefined
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (part.valueTruncated) {
        throw new ServerError('body/too-large', `body: the field ${part.fieldname} is too large`)
      }
      fields[part.fieldname] = String(part.value)
      continue
    }
    const [ending] = /(\.compressed)?\.[a-z0-9]{1,8}$/.exec(part.filename.toLowerCase()) ?? ['']
    input = `upload${ending}`
    await pipeline(part.file, createWriteStream(join(folder, input), { flags: 'wx' }))
    if (part.file.truncated) {
      throw new ServerError('body/too-large', 'body: the file is larger than --max-body')
    }
  }
  if (input === undefined) throw new ServerError('body/invalid', 'body: expected a file')
  return { input, fields }
}
