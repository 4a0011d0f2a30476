import { readFile } from 'node:fs/promises'
import { Client } from '@gradio/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hashOf } from '../../access/tokens.ts'
import { serveSlow } from '../../../test/serve-slow.ts'

type Server = Awaited<ReturnType<typeof serveSlow>>
let server: Server

// the client prints whatever ends a stream, its own closing among it
vi.spyOn(console, 'error').mockImplementation(() => {})

beforeAll(async () => {
  server = await serveSlow()
})
afterAll(() => server.stop())

const cameraJson = JSON.stringify({
  cameras: [0, 0.1].map((x) => ({
    quaternion: [1, 0, 0, 0],
    position: [x, 0, 0],
    fx: 166,
    fy: 166,
    cx: 96,
    cy: 64,
  })),
})
const resolution = '4x64x96'
const photograph = await readFile('assets/examples/photograph.png')

// what the client hands out is of no type
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any

const connect = (options: object = {}) => Client.connect(server.url, options)

const all = { events: ['status', 'data', 'log'] as const }

/** What a submission tells, until it ends. */
async function told(events: AsyncIterable<Loose>) {
  const list: Loose[] = []
  for await (const event of events) list.push(event)
  return list
}

async function api(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/gradio_api${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  })
  return { status: response.status, text: await response.text() }
}

const call = async (path: string, body: unknown) => {
  const { status, text } = await api(path, body)
  return { status, body: JSON.parse(text) as Loose }
}

test('the client knows the endpoints and their fields', async () => {
  const client = await connect()
  const info = (await client.view_api()) as Loose
  expect(Object.keys(info.named_endpoints)).toEqual([
    '/generate_scene',
    '/gradio_generate',
    '/download_file',
    '/gradio_delete',
  ])
  const { parameters, returns } = info.named_endpoints['/generate_scene']
  expect(parameters.map((field: Loose) => field.parameter_name)).toEqual([
    'image_prompt',
    'text_prompt',
    'camera_json',
    'resolution',
  ])
  expect(returns).toHaveLength(2)
  client.close()
})

test('predict: a sentence and cameras become a PLY and a status', async () => {
  const client = await connect()
  const { data } = (await client.predict('/generate_scene', [
    null,
    'a red house',
    cameraJson,
    resolution,
  ])) as Loose
  const [file, status] = data
  expect(status).toMatch(/^2 Gaussians in [\d.]+ s, seed \d+$/)
  expect(file).toMatchObject({ orig_name: 'scene.ply', meta: { _type: 'gradio.FileData' } })
  const got = await fetch(file.url)
  expect(got.headers.get('content-disposition')).toContain('attachment')
  const bytes = Buffer.from(await got.arrayBuffer())
  expect([bytes.length, bytes.subarray(0, 3).toString()]).toEqual([file.size, 'ply'])
  client.close()
})

test('fields go by name too, and a client calls again on the same session', async () => {
  const client = await connect()
  for (const prompt of ['one', 'two']) {
    const { data } = (await client.predict('/generate_scene', { text_prompt: prompt })) as Loose
    expect(data[1]).toContain('Gaussians')
  }
  client.close()
})

test('submit tells place, progress and the end; two at once are told apart', async () => {
  const client = await connect(all)
  const jobs = ['wait 30 a', 'wait 30 b'].map((prompt) =>
    client.submit('/generate_scene', [null, prompt, cameraJson, resolution]),
  )
  const events = await Promise.all(jobs.map(told))
  for (const list of events) {
    const statuses = list.filter(({ type }) => type === 'status')
    expect(statuses.at(-1)).toMatchObject({ stage: 'complete' })
    const progress = statuses.flatMap(({ progress_data: data }) => data ?? [])
    expect(progress.length).toBeGreaterThan(0)
    expect(progress[0]).toMatchObject({ desc: expect.stringContaining('transformer') })
    expect(list.filter(({ type }) => type === 'data')).toHaveLength(1)
  }
  const places = events.flat().flatMap(({ position }) => (position === undefined ? [] : [position]))
  expect(places).toContain(0)
  client.close()
})

test('cancel ends the job, and the client hears of it', async () => {
  const client = await connect(all)
  const job = client.submit('/generate_scene', [null, 'wait 5000', cameraJson, resolution])
  const events: Loose[] = []
  for await (const event of job as AsyncIterable<Loose>) {
    events.push(event)
    if (event.progress_data) void job.cancel()
  }
  expect(events.at(-1)).toMatchObject({ stage: 'error', message: 'Cancelled' })
  client.close()
})

test('an upload is a photograph for a scene, whatever its file is called', async () => {
  const client = await connect()
  const { data } = (await client.predict('/generate_scene', [
    new File([photograph], '../../"a.html', { type: 'text/html' }),
    '',
    '',
    resolution,
  ])) as Loose
  expect(data[1]).toContain('Gaussians')

  const { files } = (await client.upload_files(server.url, [new Blob([photograph])])) as Loose
  expect(files).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\/upload$/)])
  const back = await fetch(`${server.url}/gradio_api/file=${files[0]}`)
  expect(back.headers.get('content-type')).toBe('application/octet-stream')
  expect(back.headers.get('content-disposition')).toContain('attachment')
  expect(Buffer.from(await back.arrayBuffer()).equals(photograph)).toBe(true)
  client.close()
})

test('a scene that fails is an error with its reason', async () => {
  const client = await connect(all)
  const events = await told(client.submit('/generate_scene', [null, 'fail', '', resolution]))
  expect(events.at(-1)).toMatchObject({ stage: 'error', message: 'this one fails' })
  await expect(client.predict('/generate_scene', [null, '', '', ''])).rejects.toMatchObject({
    message: expect.stringContaining('expected a prompt, an image or both'),
  })
  client.close()
})

test('the later page: JSON in, JSON out, then the file, then its removal', async () => {
  const client = await connect()
  const ask = async (request: unknown) => {
    const given = typeof request === 'string' ? request : JSON.stringify(request)
    const { data } = (await client.predict('/gradio_generate', [given])) as Loose
    return JSON.parse(data[0])
  }
  const request = { ...JSON.parse(cameraJson), text_prompt: 'a house', resolution: [4, 64, 96] }
  const result = await ask({ ...request, image_prompt: '', image_index: 0 })
  expect(result).toEqual({
    success: true,
    file_id: expect.any(String),
    file_path: 'scene.spz',
    file_size: expect.any(Number),
    download_url: `/download/${result.file_id}`,
    generation_time: expect.any(Number),
  })
  const { data } = (await client.predict('/download_file', [result.file_id])) as Loose
  const bytes = Buffer.from(await (await fetch(data[0].url)).arrayBuffer())
  expect(bytes.length).toBe(result.file_size)
  expect(bytes.subarray(0, 2).toString('hex')).toBe('1f8b')
  await client.predict('/gradio_delete', [result.file_id])
  await expect(client.predict('/download_file', [result.file_id])).rejects.toMatchObject({
    message: 'File not found',
  })
  expect(await ask({ ...request, text_prompt: '' })).toEqual({ error: 'No Prompts provided' })
  expect((await ask('{')).error).toMatch(/^Processing error: expected JSON/)
  expect((await ask({ ...request, image_prompt: '/etc/passwd' })).error).toMatch(
    /^Image decode error/,
  )
  expect((await ask({ ...request, text_prompt: 'fail' })).error).toBe(
    'Processing error: this one fails',
  )
  client.close()
})

test('by hand: call, then the events of the call, with fields in order or by name', async () => {
  const calls = [
    ['/call/generate_scene', { data: [null, 'a house', cameraJson, resolution] }],
    ['/call/v2/generate_scene', { text_prompt: 'a house', resolution }],
  ] as const
  for (const [path, body] of calls) {
    const { event_id: id } = (await call(path, body)).body
    const { text } = await api(`${path}/${id}`)
    const [, data] = /event: complete\ndata: (.+)\n\n$/.exec(text)!
    expect(JSON.parse(data!)[0].url).toContain('/gradio_api/file=')
  }
  const failed = (await call('/call/generate_scene', { data: [null, 'fail'] })).body.event_id
  const { text } = await api(`/call/generate_scene/${failed}`)
  expect(text).toContain('event: error\ndata: {"error":"this one fails"}')
  const { event_id: none } = (await call('/call/download_file', { data: ['x'] })).body
  expect((await api(`/call/download_file/${none}`)).text).toContain('"File not found"')
  expect((await api(`/call/download_file/${none}`)).status).toBe(404)
})

test('a session that is told late is told all', async () => {
  const join = {
    data: [null, 'late', cameraJson, resolution],
    fn_index: 0,
    session_hash: 'late1',
    event_data: null,
    trigger_id: null,
  }
  const { event_id: id } = (await call('/queue/join', join)).body
  await expect
    .poll(async () => (await (await fetch(`${server.url}/task/${id}`)).json()).status)
    .toBe('completed')
  const { text } = await api('/queue/data?session_hash=late1')
  const messages = text
    .trim()
    .split('\n\n')
    .map((line) => JSON.parse(line.slice('data: '.length)) as Loose)
  expect(messages.map(({ msg }) => msg)).toEqual([
    'process_starts',
    'progress',
    'process_completed',
    'close_stream',
  ])
  expect(messages[2]).toMatchObject({
    event_id: id,
    success: true,
    output: { is_generating: false },
  })
})

const scene = (image: unknown) => ({
  data: [image, 'a house', cameraJson, resolution],
  fn_index: 0,
  session_hash: 'evil',
})
const fileData = (more: object) => ({ ...more, meta: { _type: 'gradio.FileData' } })
const foreign = '00000000-0000-4000-8000-000000000000'

test.each([
  ['a path of the server', scene(fileData({ path: '/etc/passwd' })), 400],
  ['a path upwards', scene(fileData({ path: `${foreign}/../../upload` })), 400],
  ['a URL as path', scene(fileData({ path: 'http://169.254.169.254/x.png' })), 400],
  [
    'a URL beside an empty path',
    scene(fileData({ path: '', url: 'http://127.0.0.1:1/a.png' })),
    400,
  ],
  ['an upload that never was', scene(fileData({ path: `${foreign}/upload` })), 404],
  ['a file of a job as photograph', scene(fileData({ path: `${foreign}/scene.ply` })), 400],
  ['text for a photograph', scene('a.png'), 400],
  [
    'a file for a sentence',
    { ...scene(null), data: [null, fileData({ path: '/etc/passwd' })] },
    400,
  ],
  ['too many values', { ...scene(null), data: [null, 'a', '', '', ''] }, 400],
  ['no list of values', { ...scene(null), data: 'a' }, 400],
  ['fn_index -1', { ...scene(null), fn_index: -1 }, 404],
  ['fn_index 1e9', { ...scene(null), fn_index: 1e9 }, 404],
  ['fn_index "0"', { ...scene(null), fn_index: '0' }, 404],
  ['no fn_index', { ...scene(null), fn_index: undefined }, 404],
  ['a session of no name', { ...scene(null), session_hash: '../x y' }, 400],
  ['a resolution of two', { ...scene(null), data: [null, 'a', '', '64x96'] }, 400],
  ['cameras that are no JSON', { ...scene(null), data: [null, 'a', '[', ''] }, 400],
])('%s is refused', async (_, body, status) => {
  const answer = await call('/queue/join', body)
  expect(answer.status).toBe(status)
  expect(answer.body.detail).toEqual(expect.any(String))
  expect(JSON.stringify(answer.body)).not.toMatch(/root:|node_modules| at /)
})

test.each([
  '/file=../../x',
  '/file=/proc/self/environ',
  '/file=/etc/passwd',
  `/file=${foreign}/scene.ply`,
  `/file=${foreign}/..%2f..%2fqueue.sqlite`,
  '/file=http://127.0.0.1:1/a.png',
  '/static//etc/passwd',
  '/proxy=http://127.0.0.1:1/a.png',
  '/call/hidden/x',
])('there is nothing at %s', async (path) => {
  expect((await api(path)).status).toBe(404)
})

test('uploads: none, too many, or under another name are refused', async () => {
  const upload = async (count: number, field = 'files') => {
    const form = new FormData()
    for (let i = 0; i < count; i++) form.append(field, new Blob(['x']), `${i}.png`)
    const answer = await fetch(`${server.url}/gradio_api/upload`, { method: 'POST', body: form })
    return answer.status
  }
  expect(await upload(2)).toBe(200)
  expect(await upload(0)).toBe(400)
  expect(await upload(1000)).toBe(413)
  expect(await upload(1, 'other')).toBe(400)
})

test('another’s session, events and files are not there', async () => {
  const guarded = await serveSlow({ token: 'secret-of-the-operator' })
  try {
    const url = guarded.url
    const client = await Client.connect(url, { token: 'secret-of-the-operator' as Loose, ...all })
    const job = client.submit('/generate_scene', [null, 'wait 5000', cameraJson, resolution])
    for await (const event of job as AsyncIterable<Loose>) if (event.progress_data) break
    const id = job.event_id()
    const get = (path: string) => fetch(`${url}/gradio_api${path}`)
    expect((await get(`/queue/data?session_hash=${client.session_hash}`)).status).toBe(401)
    expect((await get(`/call/generate_scene/${id}`)).status).toBe(401)
    expect((await get(`/file=${id}/scene.ply`)).status).toBe(401)
    const cancel = (body: object) =>
      fetch(`${url}/gradio_api/cancel`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await cancel({ event_id: id })).status).toBe(404)
    expect((await cancel({ event_id: id, session_hash: 'guessed' })).status).toBe(404)
    // the client sends no token with a cancel, but knows the session
    expect((await cancel({ event_id: id, session_hash: client.session_hash })).status).toBe(200)
    client.close()
    await expect(Client.connect(url)).rejects.toThrow()
  } finally {
    await guarded.stop()
  }
  expect((await api('/queue/data?session_hash=nobodys')).text).toContain('"session_not_found":true')
})

test('what one token made, another does not see, end or remove', async () => {
  const scopes = ['generate', 'read'] as const
  const shared = await serveSlow(
    {},
    ['ann', 'bob'].map((name) => ({ name, sha256: hashOf(name), scopes: [...scopes] })),
  )
  try {
    const by =
      (name: string) =>
      async (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
        const response = await fetch(shared.url + path, {
          method,
          headers: { authorization: `Bearer ${name}`, 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        return { status: response.status, text: await response.text() }
      }
    const [ann, bob] = [by('ann'), by('bob')]
    const join = { data: [null, 'a house'], fn_index: 0, session_hash: 'ann1' }
    const { event_id: id } = JSON.parse((await ann('/gradio_api/queue/join', join)).text)
    expect((await bob('/gradio_api/queue/data?session_hash=ann1')).text).toContain('not found')
    expect((await ann('/gradio_api/queue/data?session_hash=ann1')).text).toContain('completed')
    const paths = [
      `/gradio_api/call/generate_scene/${id}`,
      `/gradio_api/file=${id}/scene.ply`,
      `/task/${id}`,
      `/download/${id}`,
    ]
    for (const path of paths) {
      expect([path, (await bob(path)).status]).toEqual([path, 404])
      expect([path, (await ann(path)).status]).toEqual([path, 200])
    }
    expect((await bob('/gradio_api/cancel', { event_id: id })).status).toBe(404)
    const { event_id: asked } = JSON.parse(
      (await bob('/gradio_api/call/download_file', { data: [id] })).text,
    )
    expect((await bob(`/gradio_api/call/download_file/${asked}`)).text).toContain('File not found')
    await bob('/gradio_api/call/gradio_delete', { data: [id] })
    expect(JSON.parse((await bob(`/delete/${id}`, {}, 'POST')).text).deleted).toEqual([])
    expect((await ann(`/download/${id}`)).status).toBe(200)
  } finally {
    await shared.stop()
  }
})

test('who is not listened to costs nothing: heartbeat answers, reset says yes', async () => {
  const gone = new AbortController()
  const alive = await fetch(`${server.url}/gradio_api/heartbeat/abc`, { signal: gone.signal })
  const { value } = await alive.body!.getReader().read()
  expect(Buffer.from(value!).toString()).toBe('data: ALIVE\n\n')
  gone.abort()
  expect((await call('/reset', { event_id: null })).body).toEqual({ success: true })
  expect((await call('/cancel', { event_id: foreign, session_hash: 'x' })).status).toBe(404)
})
