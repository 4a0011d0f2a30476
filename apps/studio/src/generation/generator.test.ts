import { lensFromFov } from '@flashworld/camera'
import { IDENTITY_QUAT } from '@flashworld/math'
import type { SceneEvent } from 'flashworld/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fakeServer, refusal } from '../../test/fake-client.ts'
import type { HistoryStore } from '../library/history-store.ts'
import { historyInMemory } from '../library/history-store.ts'
import { createLibrary } from '../library/library.ts'
import type { Project } from '../project/project.ts'
import { createGenerator } from './generator.ts'

const size = { width: 192, height: 128 }
const camera = { position: [1, 0, 0], rotation: IDENTITY_QUAT, ...lensFromFov(size) } as const
const project: Project = {
  name: 'House',
  sentence: 'a red house',
  photograph: null,
  path: { keys: [], aim: { kind: 'drawn' }, smooth: true, loop: 'off' },
  scene: { frames: 2, ...size, seed: 5, worlds: 1 },
}
const wish = { project, cameras: [camera, camera] }
const done: SceneEvent = { type: 'done', seed: 5, gaussians: 9, seconds: 2, timings: {} }

/** A studio without a page. */
function studio(history: HistoryStore = historyInMemory(), server = fakeServer()) {
  const { client } = server
  const made: string[] = []
  const library = createLibrary({ workshop: client, history })
  let ids = 0
  const generator = createGenerator({
    workshop: client,
    library,
    photographFile: async () => new Blob(['picture']),
    onMade: (id) => void made.push(id),
    newId: () => `job-${++ids}`,
    pauses: { send: [1, 1], fetch: [1, 1] },
  })
  onTestFinished(() => generator.destroy())
  const jobs = () => generator.store.getState().jobs
  const records = () => library.store.getState().records
  const settled = (check: () => void) => vi.waitFor(check, { interval: 2, timeout: 30_000 })
  return { server, library, history, generator, made, jobs, records, settled }
}

test('a world is asked for, followed, fetched, kept and shown', async () => {
  const { server, generator, library, made, jobs, records, settled } = studio()
  void generator.generate(wish)
  await settled(() => expect(jobs()[0]?.phase).toBe('queued'))
  expect(server.requests[0]).toMatchObject({ request: { prompt: 'a red house' }, key: 'job-1' })
  expect(records()[0]).toMatchObject({ id: 'job-1', state: 'making', scene: 'scene-1', seed: 5 })
  server.tell('scene-1', { type: 'started', attempt: 1 })
  server.tell('scene-1', { type: 'step', step: 1, preview: '/v1/scenes/x/files/step-1.webp' })
  await settled(() => expect(jobs()[0]?.previews).toEqual(['step-1.webp']))
  expect(made).toEqual([])
  server.tell('scene-1', done)
  await settled(() => expect(jobs()[0]?.phase).toBe('done'))
  expect(made).toEqual(['job-1'])
  expect(records()[0]).toMatchObject({ state: 'ready', gaussians: 9, seconds: 2 })
  const world = await library.world('job-1')
  expect(world).toMatchObject({ id: 'job-1', name: 'scene.spz', pose: { position: [1, 0, 0] } })
  expect(await world.file.text()).toBe('scene-1/scene.spz')
  await settled(async () =>
    expect(await records()[0]!.thumbnail!.text()).toBe('scene-1/thumbnail.webp'),
  )
})

test('several worlds are asked for at once, each with its seed; one may fail alone', async () => {
  const { server, generator, made, jobs, settled } = studio()
  void generator.generate({
    ...wish,
    project: { ...project, scene: { ...project.scene, worlds: 3 } },
  })
  await settled(() => expect(jobs()[2]?.scene).toBe('scene-3'))
  expect(jobs().map(({ seed }) => seed)).toEqual([5, 6, 7])
  expect(server.requests).toHaveLength(1)
  server.tell('scene-2', { type: 'failed', code: 'engine/lost', message: 'gone' })
  server.tell('scene-1', done)
  server.tell('scene-3', { ...done, seed: 7 })
  await settled(() => expect(made).toHaveLength(2))
  expect(jobs().map(({ phase }) => phase)).toEqual(['done', 'failed', 'done'])
  expect(jobs()[1]?.failure).toMatchObject({ code: 'engine/lost' })
})

test('a call that got no answer is made again with the same key, and given up in words', async () => {
  const { server, generator, jobs, settled } = studio()
  server.refuse('create', new TypeError('fetch failed'))
  void generator.generate(wish)
  await settled(() => expect(jobs()[0]?.phase).toBe('queued'))
  expect(server.requests.map(({ key }) => key)).toEqual(['job-1', 'job-1'])
  expect(jobs()[0]?.isConnected).toBe(true)
  const none = new TypeError('fetch failed')
  server.refuse('create', none, none, none)
  void generator.generate(wish)
  await settled(() => expect(jobs()[1]?.failure?.code).toBe('server/unreachable'))
})

test('a refusal is the job’s failure, and goes with it', async () => {
  const { server, generator, jobs, records, settled } = studio()
  server.refuse('create', refusal(400, 'request/invalid'))
  void generator.generate(wish)
  await settled(() => expect(jobs()[0]).toMatchObject({ phase: 'failed' }))
  expect(jobs()[0]?.failure).toMatchObject({ code: 'request/invalid' })
  await settled(() => expect(records()[0]?.state).toBe('failed'))
  await generator.dismiss('job-1')
  expect([jobs(), records()]).toEqual([[], []])
})

test('a cancel is sent, before the server has answered too, and never fails for a scene that is gone', async () => {
  const { server, generator, jobs, records, settled } = studio()
  void generator.generate(wish)
  await generator.cancel('job-1')
  await settled(() => expect(server.cancelled).toEqual(['scene-1']))
  expect(jobs()[0]).toMatchObject({ isCancelling: true, phase: 'queued' })
  server.tell('scene-1', { type: 'cancelled' })
  await settled(() => expect(jobs()[0]).toMatchObject({ phase: 'cancelled', isCancelling: false }))
  await settled(() => expect(records()[0]?.state).toBe('cancelled'))
  void generator.generate(wish)
  await settled(() => expect(jobs()[1]?.scene).toBe('scene-2'))
  server.refuse('cancel', refusal(404, 'job/unknown'))
  await generator.cancel('job-2')
  expect(jobs()[1]?.phase).toBe('cancelled')
})

test('a server that is away while the file is fetched is waited for; one that has it no more is told', async () => {
  const { server, generator, jobs, settled } = studio()
  server.refuse('file', new TypeError('fetch failed'))
  void generator.generate(wish)
  server.tell('scene-1', done)
  await settled(() => expect(jobs()[0]).toMatchObject({ phase: 'done', isConnected: true }))
  server.refuse('file', refusal(404, 'file/unknown'))
  void generator.generate(wish)
  server.tell('scene-2', done)
  await settled(() => expect(jobs()[1]).toMatchObject({ phase: 'failed' }))
  expect(jobs()[1]?.failure?.code).toBe('world/expired')
})

test('a connection that breaks is told of its job', async () => {
  const { server, generator, jobs, settled } = studio()
  void generator.generate(wish)
  server.tell('scene-1', { type: 'started', attempt: 1 })
  await settled(() => expect(jobs()[0]?.phase).toBe('running'))
  server.connection('scene-1', false)
  expect(jobs()[0]).toMatchObject({ phase: 'running', isConnected: false })
  server.connection('scene-1', true)
  expect(jobs()[0]?.isConnected).toBe(true)
})

test('a page that is opened again takes up what was not done', async () => {
  const before = studio()
  void before.generator.generate(wish)
  await before.settled(() => expect(before.records()[0]?.scene).toBe('scene-1'))
  before.generator.destroy()
  const after = studio(before.history, before.server)
  await after.library.load()
  after.generator.resume()
  await after.settled(() => expect(after.jobs()[0]).toMatchObject({ id: 'job-1', seed: 5 }))
  before.server.tell('scene-1', done)
  await after.settled(() => expect(after.made).toEqual(['job-1']))
})

test('a world that was made is not made again, and stays when its job is forgotten', async () => {
  const before = studio()
  void before.generator.generate(wish)
  before.server.tell('scene-1', done)
  await before.settled(() => expect(before.jobs()[0]?.phase).toBe('done'))
  await before.generator.dismiss('job-1')
  expect(before.jobs()).toEqual([])
  expect(before.records()[0]).toMatchObject({ id: 'job-1', state: 'ready' })
  const after = studio(before.history, before.server)
  await after.library.load()
  after.generator.resume()
  expect(after.jobs()).toEqual([])
})

test('what the server had not taken before the page was left is not waited for', async () => {
  const { generator, library, jobs, settled } = studio()
  const { startRecord } = await import('../library/record.ts')
  await library.put(startRecord({ id: 'left', ...wish }, 0))
  generator.resume()
  await settled(() => expect(jobs()[0]?.failure?.code).toBe('world/expired'))
})

test('the load of the server is asked for', async () => {
  const { generator } = studio()
  expect(generator.store.getState().load).toBeNull()
  await generator.look()
  expect(generator.store.getState().load).toMatchObject({ secondsPerPixel: 1e-5 })
})
