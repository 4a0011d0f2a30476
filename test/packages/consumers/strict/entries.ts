// Something of each entry point, for a compiler that is as strict as they come.
import type { Camera } from '@flashworld/camera'
import { templatePath } from '@flashworld/camera'
import type { Gaussians } from '@flashworld/splats'
import { pruneByOpacity, readPly } from '@flashworld/splats'
import type { GenerateEvent, GenerateRequest } from 'flashworld'
import { errorCode, requestSchema } from 'flashworld'
import type { WorkerWorld } from 'flashworld/browser'
import { createWorkerWorld } from 'flashworld/browser'
import { createClient } from 'flashworld/client'
import { psnr } from 'flashworld/lab'
import { readScene } from 'flashworld/node'

const size = { width: 64, height: 64 }
const cameras: Camera[] = templatePath('orbit-left', { count: 8, size })
const request: GenerateRequest = { prompt: 'a red house on grass', seed: 1 }

function words(event: GenerateEvent): string {
  return event.type === 'step' ? `${event.step}: ${event.preview.width}` : event.type
}

export async function inWorker(worker: Worker, signal: AbortSignal): Promise<number> {
  using world: WorkerWorld = await createWorkerWorld(worker, { source: { url: '/mini/' }, signal })
  for await (const event of world.generate(request, { signal })) console.log(words(event))
  return world.defaults.resolution[0]
}

export async function byServer(url: string): Promise<string> {
  const client = createClient({ url })
  const { id } = await client.scenes.create(requestSchema.parse(request))
  return id
}

export const read = (path: string): Promise<Gaussians> =>
  readScene(path).then(
    ({ gaussians }) => pruneByOpacity(gaussians),
    (error: unknown) => Promise.reject(new Error(errorCode(error))),
  )

console.log(cameras.length, readPly, psnr)
