import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../start.ts'
import { serveSlow } from '../../../test/serve-slow.ts'

/** Python's `gradio_client`, where this machine's Python has it, and its calls as 2.6.0 sends them, where it has not. */

const run = promisify(execFile)
const hasClient = await run('python3', ['-c', 'import gradio_client']).then(
  () => true,
  () => false,
)

let server: RunningServer
beforeAll(async () => {
  server = await serveSlow()
})
afterAll(() => server.stop())

const camera = { quaternion: [1, 0, 0, 0], position: [0, 0, 0], fx: 166, fy: 166, cx: 96, cy: 64 }
const cameraJson = JSON.stringify({ cameras: [camera, { ...camera, position: [0.1, 0, 0] }] })
const photograph = 'assets/examples/photograph.png'

test.skipIf(!hasClient)(
  'gradio_client predicts, uploads, shows progress, cancels, fails and fetches',
  async () => {
    const program = fileURLToPath(new URL('../../../test/gradio-client.py', import.meta.url))
    const { stdout } = await run('python3', [program, server.url, photograph, cameraJson])
    const words = expect.stringMatching(/^2 Gaussians in [\d.]+ s, seed \d+$/)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { endpoints: ['/download_file', '/generate_scene', '/gradio_delete', '/gradio_generate'] },
      { predicted: words, begins: 'ply', name: 'scene.ply' },
      { by_name: words },
      { progress: expect.arrayContaining([expect.stringContaining('transformer')]), result: words },
      { cancelled: true },
      { failed: 'AppError', message: 'this one fails' },
      { later: true, bytes: true },
      { gone: 'File not found' },
    ])
  },
)

// what is read from the stream is of no type
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any

/** As httpx sends it. */
const headers = {
  accept: '*/*',
  'accept-encoding': 'gzip, deflate',
  'x-gradio-user': 'api',
  'user-agent': 'gradio_client/2.6.0; hf_hub/1.33.0; python/3.11.7',
}

const get = (path: string) => fetch(`${server.url}${path}`, { headers })

const post = async (path: string, body: unknown): Promise<Loose> => {
  const answer = await fetch(`${server.url}/gradio_api${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([path, answer.status]).toEqual([path, 200])
  return answer.json()
}

/** The messages of a session's stream until the server closes it. */
const toldTo = async (session: string) => {
  const text = await (await get(`/gradio_api/queue/data?session_hash=${session}`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Loose)
}

test('as gradio_client calls: it reads the endpoints, beats, uploads, joins, listens and fetches', async () => {
  const config = (await (await get('/config')).json()) as Loose
  // what it decides its way by
  expect(config.protocol).toBe('sse_v3')
  expect(Number.parseInt(config.version)).toBeGreaterThan(4)
  const info = (await (await get('/gradio_api/info?serialize=False')).json()) as Loose
  const [dependency] = config.dependencies
  expect(info.named_endpoints[`/${dependency.api_name}`].parameters).toHaveLength(4)
  expect(dependency).toMatchObject({ backend_fn: true, api_visibility: 'public' })
  expect(dependency.types).toMatchObject({ generator: false })

  const session = randomUUID()
  const beat = new AbortController()
  const heart = await fetch(`${server.url}/gradio_api/heartbeat/${session}`, {
    headers,
    signal: beat.signal,
  })
  expect(heart.status).toBe(200)

  const form = new FormData()
  const bytes = new Uint8Array(await readFile(photograph))
  form.append('files', new Blob([bytes], { type: 'image/png' }), 'photograph.png')
  const [path] = (await (
    await fetch(`${server.url}/gradio_api/upload`, { method: 'POST', headers, body: form })
  ).json()) as string[]
  const image = { path, orig_name: 'photograph.png', meta: { _type: 'gradio.FileData' } }
  const join = { fn_index: dependency.id, session_hash: session }
  const { event_id: id } = await post('/queue/join', {
    ...join,
    data: [image, 'a red house', cameraJson, '4x64x96'],
  })
  const messages = await toldTo(session)
  expect(messages.at(-1)).toMatchObject({ msg: 'close_stream' })
  const [file, words] = messages.find(({ msg }) => msg === 'process_completed').output.data
  expect(messages.every(({ event_id: of, msg }) => of === id || msg === 'close_stream')).toBe(true)
  expect(words).toContain('Gaussians')
  const scene = await get(`/gradio_api/file=${file.path}`)
  expect((await scene.text()).startsWith('ply')).toBe(true)

  const waits = { ...join, data: [null, 'wait 60000', cameraJson, '4x64x96'] }
  const { event_id: long } = await post('/queue/join', waits)
  const over = toldTo(session)
  await post('/cancel', { ...join, event_id: long })
  await post('/reset', { event_id: long })
  expect(await over).toContainEqual(
    expect.objectContaining({ msg: 'process_completed', event_id: long, success: false }),
  )
  beat.abort()
})
