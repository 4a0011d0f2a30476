import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import type { z } from 'zod'
import type {
  Capabilities,
  QueueState,
  SceneEvent,
  ScenePage,
  SceneRequest,
  ServerModel,
  ServerScene,
  SubmittedScene,
} from 'flashworld/client'
import { createClient } from 'flashworld/client'
import { runServer } from '../../../test/run-server.ts'
import type {
  batchSchema,
  capabilitiesSchema,
  modelsSchema,
  pageSchema,
  queueSchema,
  sceneSchema,
  submissionSchema,
  submittedSchema,
} from './schemas.ts'

const photograph = new URL('../../../../../assets/examples/photograph.png', import.meta.url)

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T
type Answered<S extends z.ZodType> = DeepReadonly<z.output<S>>

test('the client’s types are those that the server’s description is made from', () => {
  expectTypeOf<ServerScene>().toEqualTypeOf<Answered<typeof sceneSchema>>()
  expectTypeOf<SubmittedScene>().toEqualTypeOf<Answered<typeof submittedSchema>>()
  expectTypeOf<ScenePage>().toEqualTypeOf<Answered<typeof pageSchema>>()
  expectTypeOf<QueueState>().toEqualTypeOf<Answered<typeof queueSchema>>()
  expectTypeOf<Capabilities>().toEqualTypeOf<Answered<typeof capabilitiesSchema>>()
  expectTypeOf<{ readonly models: readonly ServerModel[] }>().toEqualTypeOf<
    Answered<typeof modelsSchema>
  >()
  expectTypeOf<{ readonly scenes: readonly SubmittedScene[] }>().toEqualTypeOf<
    Answered<typeof batchSchema>
  >()
  type Fields = keyof z.input<typeof submissionSchema>
  expectTypeOf<keyof SceneRequest | 'seeds' | 'webhook'>().toEqualTypeOf<Fields>()
})

test('scenes are created, followed, fetched, listed, cancelled and removed', async () => {
  const { url } = await runServer()
  const client = createClient({ url: `${url}/` })
  const { id, warnings } = await client.scenes.create({ prompt: 'a house', seed: 4 })
  expect(warnings).toEqual([])
  const events = await Array.fromAsync(client.events(id))
  expect(events.filter(({ type }) => type !== 'place').map(({ type }) => type)).toEqual([
    'queued',
    'started',
    'progress',
    'step',
    'done',
  ])
  expect(events.at(-1)).toMatchObject({ type: 'done', seed: 4, gaussians: 100 })
  expect(await client.scenes.get(id)).toMatchObject({ id, state: 'completed' })
  const file = await client.scenes.file(id, 'scene.splat')
  expect((await file.arrayBuffer()).byteLength).toBe(3200)

  const image = new Blob([await readFile(photograph)])
  const options = { idempotencyKey: 'k' }
  const batch = await client.scenes.createBatch({ prompt: 'a house', image }, [1, 2], options)
  expect(batch.map(({ seed }) => seed)).toEqual([1, 2])
  const page = await client.scenes.list({ limit: 2 })
  expect(page.scenes.map((scene) => scene.id).toSorted()).toEqual(
    batch.map((scene) => scene.id).toSorted(),
  )
  const rest = await client.scenes.list({ limit: 2, after: page.next! })
  expect(rest).toMatchObject({ scenes: [{ id }], next: null })
  expect(await client.scenes.cancel(id)).toMatchObject({ state: 'completed' })
  await client.scenes.remove(id)
  await expect(client.scenes.get(id)).rejects.toMatchObject({ code: 'job/unknown', status: 404 })
  await expect(client.events(id).next()).rejects.toMatchObject({ code: 'job/unknown' })

  expect((await client.queue()).counts.failed).toBe(0)
  expect((await client.models()).map(({ name }) => name)).toEqual(['mini'])
  expect((await client.capabilities()).model).toBe('mini')
})

test('a token is sent with every call', async () => {
  const { url } = await runServer({ flags: { token: 'secret' } })
  await expect(createClient({ url }).queue()).rejects.toMatchObject({ code: 'access/token' })
  const client = createClient({ url, token: 'secret' })
  const { id } = await client.scenes.create({ prompt: 'a house' })
  expect((await Array.fromAsync(client.events(id))).at(-1)).toMatchObject({ type: 'done' })
})

test('events go on after the last one where the connection broke, and through refusals that pass', async () => {
  const asked: (string | undefined)[] = []
  const answers: readonly (string | number)[] = [
    'id: 1\nevent: queued\ndata: {}\n\nid: 2\r\nevent: started\r\ndata: {"attempt":\r\ndata: 1}\r\n\r\nid: 3\nevent: progress\nda',
    503,
    ': still here\n\nid: 3\nevent: done\ndata: {"seed":1}\n\n',
  ]
  const server = createServer((request, response) => {
    const answer = answers[asked.length]!
    asked.push(request.headers['last-event-id'] as string | undefined)
    if (typeof answer === 'number') return void response.writeHead(answer).end()
    // byte by byte, then cut
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const character of answer) response.write(character)
    response.write('', () => setTimeout(() => response.destroy(), 50))
  })
  server.listen(0)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const events: SceneEvent[] = []
  const connection: boolean[] = []
  const client = createClient({ url: `http://localhost:${port}` })
  const onConnection = (isConnected: boolean) => void connection.push(isConnected)
  for await (const event of client.events('x', { onConnection })) events.push(event)
  expect(connection).toEqual([false, true])
  expect(events).toEqual([
    { type: 'queued' },
    { type: 'started', attempt: 1 },
    { type: 'done', seed: 1 },
  ])
  expect(asked).toEqual([undefined, '2', '2'])
})

test('who stops listening, by return or signal, is not called again', async () => {
  const { url } = await runServer({ flags: { 'max-concurrent': '0' } })
  const client = createClient({ url })
  const { id } = await client.scenes.create({ prompt: 'a house' })
  for await (const event of client.events(id)) if (event.type === 'place') break
  const stop = new AbortController()
  const reason = new Error('enough')
  const listening = Array.fromAsync(client.events(id, { signal: stop.signal }))
  setTimeout(() => stop.abort(reason), 100)
  await expect(listening).rejects.toBe(reason)
})

test('the embedded model makes a scene over HTTP', async () => {
  const { url } = await runServer({ real: true })
  const client = createClient({ url })
  const { id } = await client.scenes.create({
    prompt: 'a red house on grass',
    resolution: [8, 128, 192],
    seed: 1,
  })
  const events = await Array.fromAsync(client.events(id))
  expect(events.filter(({ type }) => type === 'step')).toHaveLength(3)
  expect(events.at(-1)).toMatchObject({ type: 'done', seed: 1 })
  const { files } = await client.scenes.get(id)
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['scene.ply', 'scene.scene.json', 'step-1.webp']),
  )
  const small = await client.scenes.file(id, 'scene.100k.splat')
  expect((await small.arrayBuffer()).byteLength).toBeLessThanOrEqual(3_200_000)
  const whole = await (await client.scenes.file(id, 'scene.spz')).blob()
  const converted = await client.convert(whole, 'scene.spz', { to: 'splat', tier: '100k' })
  expect((await converted.arrayBuffer()).byteLength % 32).toBe(0)
  const wrong = client.convert(new Blob(['x']), 'x.ply', { to: 'spz', target: 'unity' })
  await expect(wrong).rejects.toMatchObject({ status: 400 })
  const thumbnail = await client.scenes.file(id, 'thumbnail.webp')
  expect(thumbnail.headers.get('content-type')).toBe('image/webp')
})
