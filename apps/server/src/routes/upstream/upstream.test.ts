import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveSlow } from '../../../test/serve-slow.ts'
import { readOptions } from '../../options.ts'

type Server = Awaited<ReturnType<typeof serveSlow>>
let server: Server

beforeAll(async () => {
  server = await serveSlow()
})
afterAll(() => server.stop())

const camera = { quaternion: [1, 0, 0, 0], position: [0, 0, 0], fx: 166, fy: 166, cx: 96, cy: 64 }
const cameras = [camera, { ...camera, position: [0.1, 0, 0] }]
const request = {
  image_prompt: null,
  text_prompt: 'a red house',
  image_index: 0,
  resolution: [4, 64, 96],
  cameras,
}

// the published answers, whatever is in them
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function call(path: string, init?: RequestInit): Promise<{ status: number; body: any }> {
  const response = await fetch(server.url + path, init)
  return { status: response.status, body: await response.json() }
}

const post = (path: string, body: unknown, type = 'application/json') =>
  call(path, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })

/** Polls as the published page does, only faster. */
async function ended(id: string) {
  for (;;) {
    const { body } = await call(`/task/${id}`)
    if (body.status !== 'queued' && body.status !== 'running') return body
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a scene from its request to its removal, as the published page asks for it', async () => {
  const made = await post('/generate', request)
  expect(made.status).toBe(202)
  const { task_id: id } = made.body
  expect(made.body).toEqual({
    success: true,
    task_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    file_id: id,
    queue: {
      queued_count: expect.any(Number),
      running_count: expect.any(Number),
      position: expect.any(Number),
    },
  })
  const task = await ended(id)
  expect(task).toMatchObject({
    success: true,
    task_id: id,
    status: 'completed',
    error: null,
    file_id: id,
    file_path: `${id}.ply`,
    download_url: `/download/${id}`,
    queue: { position: 0 },
  })
  expect(task.created_at).toBeCloseTo(Date.now() / 1000, -2)
  expect(task.generation_time).toBeCloseTo(task.completed_at - task.started_at)

  const file = await fetch(`${server.url}${task.download_url}`)
  expect(file.headers.get('content-disposition')).toContain(`attachment; filename="${id}.ply"`)
  const bytes = Buffer.from(await file.arrayBuffer())
  expect(bytes.length).toBe(task.file_size)
  expect(bytes.subarray(0, 4).toString()).toBe('ply\n')

  const removed = await call(`/delete/${id}`, { method: 'POST' })
  expect(removed.body).toEqual({ success: true, deleted: [`${id}.ply`, `${id}.json`] })
  expect(await call(`/download/${id}`)).toMatchObject({
    status: 404,
    body: { error: 'File not found' },
  })
  expect(await call(`/task/${id}`)).toMatchObject({
    status: 404,
    body: { error: 'Task not found' },
  })
  expect((await call(`/delete/${id}`, { method: 'DELETE' })).body.deleted).toEqual([])
})

test('who waits has a place, and the status counts', async () => {
  const ids: string[] = []
  for (const prompt of ['wait 200', 'wait 1', 'wait 1', 'wait 1']) {
    const { body } = await post('/generate', { ...request, text_prompt: prompt })
    ids.push(body.task_id)
  }
  const places = await Promise.all(ids.map(async (id) => (await call(`/task/${id}`)).body))
  expect(places.map(({ queue }) => queue.position)).toEqual([0, 1, 2, 3])
  const { body } = await call('/status')
  expect(body).toMatchObject({
    success: true,
    status: { max_concurrent: 1, running_count: 1, queued_count: 3, running_tasks: [ids[0]] },
  })
  expect(new Set(body.status.queued_tasks)).toEqual(new Set(ids.slice(1)))
  for (const id of ids) await call(`/delete/${id}`, { method: 'DELETE' })
})

test('a task that failed says why', async () => {
  const { body } = await post('/generate', { ...request, text_prompt: 'fail' })
  expect(await ended(body.task_id)).toMatchObject({ status: 'failed', error: 'this one fails' })
})

const photograph = await readFile('assets/examples/photograph.png')

test('a photograph comes as a data URL or as base64; its index is kept, and its pixels are the cameras’', async () => {
  for (const image of ['data:image/png;base64,', '']) {
    const { status, body } = await post('/generate', {
      ...request,
      text_prompt: '',
      image_prompt: image + photograph.toString('base64'),
      image_index: 3,
      cameras: cameras.map((each) => ({ ...each, fx: 508, fy: 508, cx: 288, cy: 192 })),
    })
    expect(status).toBe(202)
    await ended(body.task_id)
    const { result } = (await call(`/v1/scenes/${body.task_id}`)).body
    expect(result.timings.imageIndex).toBe(3)
    // of the photograph's width; taken for the scene's pixels it would be six times as long
    expect(result.timings.fx).toBeCloseTo(508 / 576)
  }
})

test.each([
  ['no prompt at all', { text_prompt: '' }, 'No Prompts provided'],
  ['a path of the server', { image_prompt: '/etc/passwd' }, 'Image decode error: '],
  ['a path beside it', { image_prompt: 'assets/examples/photograph.png' }, 'Image decode error: '],
  ['a URL', { image_prompt: 'http://127.0.0.1:1/a.png' }, 'Image decode error: '],
  ['no picture', { image_prompt: 'data:image/png;base64,AAAA' }, 'Image decode error: '],
  ['an index that no frame has', { image_index: 4 }, 'Processing error: request: imageIndex'],
  ['two numbers of three', { resolution: [4, 64] }, 'Processing error: '],
  ['one camera', { cameras: [camera] }, 'Processing error: '],
])('%s is refused', async (_, change, message) => {
  const { status, body } = await post('/generate', { ...request, ...change })
  expect([status, body.success]).toEqual([400, false])
  expect(body.error).toContain(message)
  expect(JSON.stringify(body)).not.toContain('root:')
})

test('what is no JSON, or not called so, is refused; fields that nobody reads are not', async () => {
  expect([400, 415]).toContain((await post('/generate', request, 'text/plain')).status)
  const broken = await call('/generate', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  })
  expect(broken).toMatchObject({ status: 400, body: { success: false } })
  expect((await post('/generate', [])).status).toBe(400)
  expect((await post('/generate', { ...request, client: 'page 1', extra: null })).status).toBe(202)
})

test.each(['../../etc/passwd', '..%2f..%2fetc%2fpasswd', 'x', '%00', 'a'.repeat(64)])(
  'no file and no task is called %s',
  async (id) => {
    expect((await fetch(`${server.url}/download/${id}`)).status).toBe(404)
    expect((await fetch(`${server.url}/task/${id}`)).status).toBe(404)
  },
)

test('asked for its options, it says ok', async () => {
  for (const path of ['/generate', '/delete/x']) {
    expect(await call(path, { method: 'OPTIONS' })).toEqual({ status: 200, body: { status: 'ok' } })
  }
})

test('the published flags are options', () => {
  const options = readOptions({
    port: '7861',
    gpu: '1',
    cache_dir: './tmpfiles',
    max_concurrent: '2',
    offload_t5: '',
    ckpt: '/models/flashworld',
  })
  expect(options).toMatchObject({
    port: 7861,
    gpu: ['1'],
    data: './tmpfiles',
    maxConcurrent: 2,
    offloadText: true,
    model: '/models/flashworld',
  })
})
