import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readGaussians } from '@flashworld/splats'
import type {
  Capabilities,
  QueueState,
  ScenePage,
  ServerFailure,
  ServerModel,
  ServerScene,
  SubmittedScene,
} from 'flashworld/client'
import { runServer } from '../../../test/run-server.ts'

const photograph = new URL('../../../../../assets/examples/photograph.png', import.meta.url)
const json = { 'content-type': 'application/json' }

const post = (url: string, body: unknown, headers = {}) =>
  fetch(url, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })

type Batch = { readonly scenes: readonly SubmittedScene[] }

const bodyOf = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T

/** A scene once it has ended. */
async function ended(url: string, id: string) {
  for (;;) {
    const scene = await bodyOf<ServerScene>(fetch(`${url}/v1/scenes/${id}`))
    if (!['queued', 'running'].includes(scene.state)) return scene
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function makeOne(url: string, prompt = 'A red house — näher/../am "Meer"') {
  const { id } = await bodyOf<SubmittedScene>(post(`${url}/v1/scenes`, { prompt }))
  return ended(url, id)
}

const errorOf = async (answer: Response) =>
  (await bodyOf<{ readonly error: ServerFailure }>(answer)).error

test('a scene is queued, made, listed and removed', async () => {
  const { url } = await runServer()
  const answer = await post(`${url}/v1/scenes`, { prompt: 'a house', seed: 7 })
  expect(answer.status).toBe(202)
  const queued = await bodyOf<SubmittedScene>(answer)
  expect(answer.headers.get('location')).toBe(`/v1/scenes/${queued.id}`)
  expect(queued).toMatchObject({ prompt: 'a house', seed: 7, resolution: [12, 128, 192] })
  const scene = await ended(url, queued.id)
  expect(scene).toMatchObject({ state: 'completed', result: { seed: 7, gaussians: 100 } })
  expect(scene.files.map(({ name }) => name)).toEqual(['scene.ply', 'step-1.webp'])

  const second = await makeOne(url)
  const page = await bodyOf<ScenePage>(fetch(`${url}/v1/scenes?limit=1`))
  expect(page.scenes.map(({ id }) => id)).toEqual([second.id])
  const next = await bodyOf<ScenePage>(fetch(`${url}/v1/scenes?limit=1&after=${page.next}`))
  expect(next).toMatchObject({ scenes: [{ id: queued.id }], next: null })

  const removed = await fetch(`${url}/v1/scenes/${queued.id}`, { method: 'DELETE' })
  expect(removed.status).toBe(204)
  expect((await fetch(`${url}/v1/scenes/${queued.id}`)).status).toBe(404)
  expect((await fetch(`${url}${scene.files[0]!.url}`)).status).toBe(404)
})

test('a form brings the photograph beside the request', async () => {
  const { url } = await runServer()
  const form = new FormData()
  form.append('request', JSON.stringify({ prompt: 'a house', seed: 3 }))
  form.append('image', new Blob([await readFile(photograph)]), 'photo.png')
  const answer = await fetch(`${url}/v1/scenes`, { method: 'POST', body: form })
  expect(answer.status).toBe(202)
  const fromForm = await bodyOf<SubmittedScene>(answer)
  expect(fromForm).toMatchObject({ seed: 3, prompt: 'a house' })

  const twice = new FormData()
  twice.append('photo', new Blob([await readFile(photograph)]), 'photo.png')
  const refused = await fetch(`${url}/v1/scenes`, { method: 'POST', body: twice })
  expect([refused.status, (await errorOf(refused)).code]).toEqual([400, 'body/invalid'])
  const broken = new FormData()
  broken.append('request', '{')
  expect((await fetch(`${url}/v1/scenes`, { method: 'POST', body: broken })).status).toBe(400)
})

test('what is wrong with a request is said as the library says it', async () => {
  const { url } = await runServer()
  const misspelt = await post(`${url}/v1/scenes`, { promt: 'a house' })
  expect(misspelt.status).toBe(400)
  expect(await errorOf(misspelt)).toMatchObject({
    code: 'request/invalid',
    message: expect.stringContaining('did you mean prompt?'),
  })
  expect((await post(`${url}/v1/scenes`, [])).status).toBe(400)
  expect((await fetch(`${url}/v1/scenes/..%2f..%2fx`)).status).toBe(404)
  expect((await fetch(`${url}/v1/scenes?limit=0`)).status).toBe(400)
})

test('one key is one scene, and one batch', async () => {
  const { url } = await runServer()
  const key = { 'idempotency-key': 'k1' }
  const first = await post(`${url}/v1/scenes`, { prompt: 'a house' }, key)
  const again = await post(`${url}/v1/scenes`, { prompt: 'a house' }, key)
  expect([first.status, again.status]).toEqual([202, 200])
  const { id } = await bodyOf<SubmittedScene>(first)
  expect(await bodyOf(again)).toMatchObject({ id })
  const other = await post(`${url}/v1/scenes`, { prompt: 'a tree' }, key)
  expect([other.status, (await errorOf(other)).code]).toEqual([409, 'queue/idempotency'])

  const batchKey = { 'idempotency-key': 'k2' }
  const wish = { prompt: 'a house', seed: 5, seeds: 3 }
  const batch = await bodyOf<Batch>(post(`${url}/v1/scenes`, wish, batchKey))
  expect(batch.scenes.map(({ seed }) => seed)).toEqual([5, 6, 7])
  const batchAgain = await post(`${url}/v1/scenes`, wish, batchKey)
  expect(batchAgain.status).toBe(200)
  const again2 = await bodyOf<Batch>(batchAgain)
  expect(again2.scenes.map(({ id }) => id)).toEqual(batch.scenes.map(({ id }) => id))
})

test('a batch is taken whole or not at all', async () => {
  const { url } = await runServer({
    flags: { 'max-concurrent': '0', 'max-queued-per-client': '3' },
  })
  const listed = await post(`${url}/v1/scenes`, { prompt: 'a house', seeds: [4, 9] })
  expect((await bodyOf<Batch>(listed)).scenes.map(({ seed }) => seed)).toEqual([4, 9])
  const tooMany = await post(`${url}/v1/scenes`, { prompt: 'a house', seeds: 2 })
  expect([tooMany.status, (await errorOf(tooMany)).code]).toEqual([429, 'queue/client-full'])
  const { scenes } = await bodyOf<ScenePage>(fetch(`${url}/v1/scenes`))
  expect(scenes).toHaveLength(2)
  for (const seeds of [0, 33, [], [-1], 'x']) {
    expect((await post(`${url}/v1/scenes`, { prompt: 'a house', seeds })).status).toBe(400)
  }
})

test('events tell all, with the preview’s address, and go on after the last one', async () => {
  const { url } = await runServer()
  const { id } = await makeOne(url)
  const text = await (await fetch(`${url}/v1/scenes/${id}/events`)).text()
  expect(text.match(/^event: .*/gm)).toEqual(
    ['queued', 'started', 'progress', 'step', 'done'].map((type) => `event: ${type}`),
  )
  const step = JSON.parse(/event: step\ndata: (.*)/.exec(text)![1]!)
  expect(step).toEqual({ step: 1, preview: `/v1/scenes/${id}/files/step-1.webp` })
  const preview = await fetch(url + step.preview)
  expect([preview.status, preview.headers.get('content-type')]).toEqual([200, 'image/webp'])
  const rest = await fetch(`${url}/v1/scenes/${id}/events`, { headers: { 'last-event-id': '4' } })
  expect((await rest.text()).match(/^event: .*/gm)).toEqual(['event: done'])
})

test('a running scene is cancelled, and has no files', async () => {
  const { url, data } = await runServer()
  const { id } = await bodyOf<SubmittedScene>(post(`${url}/v1/scenes`, { prompt: 'hold' }))
  const events = await fetch(`${url}/v1/scenes/${id}/events`)
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  while (!seen.includes('event: started')) seen += (await reader.read()).value
  // its worker has put the scene there, and is about to say so
  await mkdir(join(data, 'scenes', id, '1'), { recursive: true })
  for (const name of ['scene.ply', 'step-1.webp'])
    await writeFile(join(data, 'scenes', id, '1', name), 'not yet')
  const statuses = ['step-1.webp', 'scene.ply', 'scene.spz', 'thumbnail.webp'].map(
    async (name) => (await fetch(`${url}/v1/scenes/${id}/files/${name}`)).status,
  )
  expect(await Promise.all(statuses)).toEqual([200, 404, 404, 404])
  for (let i = 0; i < 2; i++) {
    const cancelled = await fetch(`${url}/v1/scenes/${id}/cancel`, { method: 'POST' })
    expect([cancelled.status, (await bodyOf<ServerScene>(cancelled)).state]).toEqual([
      200,
      'cancelled',
    ])
  }
  while (!seen.includes('event: cancelled')) seen += (await reader.read()).value
})

test('every format, tier and picture is made when it is asked for, once, and named by the prompt', async () => {
  const { url } = await runServer()
  const scene = await makeOne(url)
  const file = (name: string) => fetch(`${url}/v1/scenes/${scene.id}/files/${name}`)
  const answers = await Promise.all([file('scene.spz'), file('scene.spz'), file('scene.spz')])
  const etags = new Set(answers.map(({ headers }) => headers.get('etag')))
  expect([...answers.map(({ status }) => status), etags.size]).toEqual([200, 200, 200, 1])
  expect(answers[0]!.headers.get('content-disposition')).toBe(
    `attachment; filename="a-red-house-n-her-am-meer.spz"; filename*=UTF-8''a-red-house-n%C3%A4her-am-meer.spz`,
  )
  const spz = await readGaussians(new Uint8Array(await answers[0]!.arrayBuffer()))
  expect(spz.gaussians.count).toBe(100)
  const tier = await file('scene.100k.splat')
  expect((await tier.arrayBuffer()).byteLength).toBe(3200)
  const thumbnail = await file('thumbnail.webp')
  expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp'])
  const { files } = await bodyOf<ServerScene>(fetch(`${url}/v1/scenes/${scene.id}`))
  expect(files.map(({ name }) => name)).toContain('scene.spz')
})

test('a name that cannot be is unknown', async () => {
  const { url } = await runServer()
  const { id } = await makeOne(url)
  for (const name of [
    'scene.exe',
    'scene.7k.ply',
    'other.ply',
    'photograph',
    'scene.500k.500k.ply',
  ])
    expect((await fetch(`${url}/v1/scenes/${id}/files/${name}`)).status, name).toBe(404)
  for (const name of ['..%2fscene.ply', '.hidden', 'SCENE.PLY', 'a%00'])
    expect((await fetch(`${url}/v1/scenes/${id}/files/${name}`)).status, name).toBe(404)
})

test('an uploaded scene is converted and drawn; a bad one is the client’s fault', async () => {
  const { url } = await runServer()
  const { id } = await makeOne(url)
  const ply = await (await fetch(`${url}/v1/scenes/${id}/files/scene.ply`)).blob()
  const form = (content: Blob, fields = {}) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, String(value))
    body.append('file', content, '../../etc/scene.ply')
    return { method: 'POST', body }
  }
  const splat = await fetch(`${url}/v1/convert?to=splat`, form(ply))
  expect([splat.status, (await splat.arrayBuffer()).byteLength]).toEqual([200, 3200])
  const picture = await fetch(`${url}/v1/render?to=png&width=64&height=48`, form(ply))
  const png = new Uint8Array(await picture.arrayBuffer())
  expect([...png.subarray(1, 4), new DataView(png.buffer).getUint32(16)]).toEqual([80, 78, 71, 64])

  const bad = await fetch(`${url}/v1/convert?to=spz`, form(new Blob(['ply\nnonsense'])))
  const error = await errorOf(bad)
  expect([bad.status, error.code]).toEqual([400, expect.stringMatching(/^splats\//)])
  expect(error.message).not.toContain('/tmp')
  expect((await fetch(`${url}/v1/convert?to=exe`, form(ply))).status).toBe(400)
  expect((await fetch(`${url}/v1/convert?to=spz`, { method: 'POST' })).status).toBe(415)
  const cameras = await fetch(`${url}/v1/render`, form(ply, { cameras: '[{}]' }))
  expect([cameras.status, (await errorOf(cameras)).code]).toEqual([
    400,
    expect.stringMatching(/^camera\//),
  ])
})

test('an upload is cut off where it is too large', async () => {
  const { url } = await runServer({ flags: { 'max-body': '10k' } })
  const body = new FormData()
  body.append('file', new Blob([new Uint8Array(20_000)]), 'scene.ply')
  const answer = await fetch(`${url}/v1/convert?to=spz`, { method: 'POST', body })
  expect([answer.status, (await errorOf(answer)).code]).toEqual([413, 'body/too-large'])
})

test('the server tells what it has and can do', async () => {
  const { url } = await runServer({ flags: { 'gpu-budget': '15' } })
  const get = <T>(path: string) => bodyOf<T>(fetch(url + path))
  const queue = await get<QueueState>('/v1/queue')
  expect(queue).toMatchObject({ counts: { queued: 0 }, secondsPerPixel: null })
  const { models } = await get<{ models: ServerModel[] }>('/v1/models')
  expect(models).toMatchObject([{ name: 'mini', resolution: [12, 128, 192] }])
  const capabilities = await get<Capabilities>('/v1/capabilities')
  expect(capabilities).toMatchObject({ frames: [2, 128], budgetSeconds: 15 })
  expect(capabilities.files).toEqual(expect.arrayContaining(['scene.500k.spz', 'thumbnail.webp']))
  expect(capabilities.templates.map(({ name }) => name)).toContain('orbit-left')
})
