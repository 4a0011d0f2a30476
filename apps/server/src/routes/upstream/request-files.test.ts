import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../start.ts'
import { json } from '../../../test/serve.ts'
import { serveSlow } from '../../../test/serve-slow.ts'

/** Request files as the published page saves and sends them, by both of the published servers' ways. */

let server: RunningServer
beforeAll(async () => {
  server = await serveSlow({ 'rate-limit': '0' })
})
afterAll(() => server.stop())

const lens = { fx: 332, fy: 332, cx: 192, cy: 128 }
/** A camera after a step to the right and a turn about the vertical axis, degrees. */
const camera = (x: number, degrees = 0) => {
  const half = (degrees * Math.PI) / 360
  return { position: [x, 0, 0], quaternion: [Math.cos(half), 0, Math.sin(half), 0], ...lens }
}
const path = (count: number) => Array.from({ length: count }, (_, i) => camera(i / 10, i))

const bytes = (await readFile('assets/examples/photograph.png')).toString('base64')
const photograph = `data:image/png;base64,${bytes}`
const text = { image_prompt: null, text_prompt: 'a stone bridge over a river', image_index: 0 }
const resolution = [8, 256, 384]

const published = await Promise.all(
  ['desert', 'photograph', 'sentence', 'snowman', 'tower'].map(async (name) => {
    const request = JSON.parse(await readFile(`assets/examples/${name}.json`, 'utf8')) as {
      readonly image_prompt: string | null
    }
    return [name, { ...request, image_prompt: request.image_prompt && photograph }] as const
  }),
)

const files: readonly (readonly [string, object])[] = [
  ['a sentence and a camera for each frame', { ...text, resolution, cameras: path(8) }],
  ['two cameras for eight frames', { ...text, resolution, cameras: path(2) }],
  ['more cameras than frames', { ...text, resolution, cameras: path(24) }],
  [
    'a photograph alone',
    { image_prompt: photograph, text_prompt: '', image_index: 0, resolution, cameras: path(8) },
  ],
  [
    'a photograph without its head of a data URL',
    { ...text, image_prompt: bytes, resolution, cameras: path(8) },
  ],
  [
    'a photograph for the last frame',
    { ...text, image_prompt: photograph, image_index: 7, resolution, cameras: path(8) },
  ],
  ['the published size', { ...text, resolution: [24, 480, 704], cameras: path(24) }],
  [
    'a path that turns around',
    { ...text, resolution, cameras: [0, 90, 180, 270].map((turn) => camera(0, turn)) },
  ],
  ...published,
]

test.each(files)('%s: POST /generate', async (_, request) => {
  const answer = await fetch(`${server.url}/generate`, json(request))
  const body = (await answer.json()) as { task_id: string; success: boolean }
  expect([answer.status, body.success]).toEqual([202, true])
  const taskOf = async () =>
    (await (await fetch(`${server.url}/task/${body.task_id}`)).json()) as { status: string }
  await expect.poll(async () => (await taskOf()).status, { timeout: 60_000 }).toBe('completed')
  const scene = await fetch(`${server.url}/download/${body.task_id}`)
  expect((await scene.text()).startsWith('ply\n')).toBe(true)
})

test.each(files)('%s: gradio_generate', async (_, request) => {
  const call = `${server.url}/gradio_api/call/gradio_generate`
  const { event_id: id } = (await (
    await fetch(call, json({ data: [JSON.stringify(request)] }))
  ).json()) as { event_id: string }
  const told = await (await fetch(`${call}/${id}`)).text()
  const [, data] = /event: complete\ndata: (.*)\n/.exec(told)!
  const [answer] = JSON.parse(data!) as [string]
  expect(JSON.parse(answer)).toMatchObject({ success: true, file_id: id })
})
