import { errorCode } from 'flashworld'
import { checkJson } from '../../body/check-json.ts'
import { ServerError } from '../../errors.ts'
import type { Job } from '../../queue/job.ts'
import type { Services } from '../../services.ts'
import { inWords } from '../failure.ts'
import { ownJob } from '../own-job.ts'
import { publishedError, publishedRequest } from '../upstream/published-request.ts'
import type { CallContext, Endpoint } from './endpoint.ts'
import { code, file, image, textbox } from './endpoint.ts'
import { fileOfJob, photographIn } from './files.ts'

/** The endpoints of the published Gradio editions: the ZeroGPU app's one, and the three of the later page. */
export const gradioEndpoints = (services: Services): readonly Endpoint[] => [
  generateScene(services),
  gradioGenerate(services),
  downloadFile(services),
  gradioDelete(services),
]

const generateScene = (services: Services): Endpoint => ({
  name: 'generate_scene',
  summary: 'A scene from a photograph, a sentence or both, and a camera path',
  inputs: [
    { name: 'image_prompt', label: 'Photograph', component: image, fallback: null },
    { name: 'text_prompt', label: 'Sentence', component: textbox, fallback: '' },
    { name: 'camera_json', label: 'Camera path (JSON)', component: code, fallback: '' },
    { name: 'resolution', label: 'Resolution (NxHxW)', component: textbox, fallback: '' },
  ],
  outputs: [
    { name: 'scene', label: 'Scene (PLY)', component: file },
    { name: 'status', label: 'Status', component: textbox },
  ],
  async start([photograph, sentence, cameras, resolution], context) {
    const request = {
      image: await photographIn(services, photograph),
      prompt: textIn('text_prompt', sentence),
      cameras: camerasIn(textIn('camera_json', cameras)),
      resolution: resolutionIn(textIn('resolution', resolution)),
    }
    return { job: await submit(services, request, context) }
  },
  async finish(job, { root }) {
    if (job.state !== 'completed') return { error: whyNot(job) }
    const { gaussians, seconds, seed } = job.result!
    return {
      output: [
        await fileOfJob(services, job, { name: 'scene.ply', root }),
        `${gaussians.toLocaleString('en')} Gaussians in ${seconds.toFixed(1)} s, seed ${seed}`,
      ],
    }
  },
})

const gradioGenerate = (services: Services): Endpoint => ({
  name: 'gradio_generate',
  summary: 'A scene from a request as JSON; the answer is JSON too, errors among it',
  inputs: [{ name: 'json_input', label: 'Request (JSON)', component: textbox }],
  outputs: [{ name: 'json_output', label: 'Result (JSON)', component: textbox }],
  async start([given], context) {
    try {
      const request = publishedRequest(parseJson(textIn('json_input', given)))
      return { job: await submit(services, request, context) }
    } catch (error) {
      const failed = errorCode(error)
      if (!failed || !/^(request|image|camera|body)\//.test(failed)) throw error
      return resultJson({
        error: publishedError({ code: failed, message: (error as Error).message }),
      })
    }
  },
  async finish(job, { root }) {
    if (job.state !== 'completed') return resultJson({ error: `Processing error: ${whyNot(job)}` })
    const { size } = await fileOfJob(services, job, { name: publishedFile, root })
    return resultJson({
      success: true,
      file_id: job.id,
      file_path: publishedFile,
      file_size: size,
      download_url: `/download/${job.id}`,
      generation_time: (job.endedAt! - job.startedAt!) / 1000,
    })
  },
})

const downloadFile = (services: Services): Endpoint => ({
  name: 'download_file',
  summary: 'The file of a scene, by the file_id of its result',
  inputs: [{ name: 'file_id', label: 'File ID', component: textbox }],
  outputs: [{ name: 'file', label: 'Scene', component: file }],
  async start([given], { caller, root }) {
    const job = await ownJob(services, textIn('file_id', given), caller)
    if (job?.state !== 'completed') return { error: 'File not found' }
    return { output: [await fileOfJob(services, job, { name: publishedFile, root })] }
  },
  finish: neverAJob,
})

const gradioDelete = (services: Services): Endpoint => ({
  name: 'gradio_delete',
  summary: 'Removes a scene and its files',
  inputs: [{ name: 'file_id', label: 'File ID', component: textbox }],
  outputs: [],
  async start([given], { caller }) {
    const job = await ownJob(services, textIn('file_id', given), caller)
    if (job) {
      await services.queue.remove(job.id)
      await services.artifacts.remove(job.id)
    }
    return { output: [] }
  },
  finish: neverAJob,
})

/** The file that the later published edition hands out. */
const publishedFile = 'scene.spz'

async function neverAJob(): Promise<never> {
  throw new Error('a call that is answered at once has no job')
}

const resultJson = (result: object) => ({ output: [JSON.stringify(result)] })

const submit = async ({ submitScene }: Services, request: object, context: CallContext) =>
  (await submitScene(request, { owner: context.caller.owner, client: context.client })).job

/** Why an ended job has no scene. */
function whyNot({ state, error }: Job): string {
  if (error) return inWords(error)
  return state === 'cancelled' ? 'Cancelled' : 'The scene was removed'
}

/** @throws ServerError `body/invalid` */
function textIn(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  throw new ServerError('body/invalid', `${name}: expected text, got ${typeof value}`)
}

function parseJson(text: string): unknown {
  checkJson(text)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const { message } = cause as Error
    throw new ServerError('body/invalid', `expected JSON: ${message}`, { cause })
  }
}

/** A list of cameras, alone or as `cameras` of a whole request; the model's own path when the field is empty. */
function camerasIn(text: string): unknown {
  if (text.trim() === '') return undefined
  const value = parseJson(text)
  return typeof value === 'object' && value !== null && 'cameras' in value ? value.cameras : value
}

/** `24x480x704` @throws ServerError `body/invalid` */
function resolutionIn(text: string): readonly number[] | undefined {
  if (text.trim() === '') return undefined
  const sides = /^\s*(\d{1,4})\s*[x×]\s*(\d{1,4})\s*[x×]\s*(\d{1,4})\s*$/i.exec(text)
  if (sides) return sides.slice(1).map(Number)
  throw new ServerError('body/invalid', 'resolution: expected frames x height x width: 24x480x704')
}
