import { expect, test } from 'vitest'
import { codeOf, json, serve } from '../../../test/serve.ts'
import { createCalls } from './calls.ts'
import type { CallContext, Endpoint, Started } from './endpoint.ts'

const context = { caller: { owner: 'ann', scopes: [] }, client: 'ann', root: '' } as CallContext
const endpoint = {} as Endpoint
const answered: Started = { output: [] }

test('whoever joins without end and never listens has so many jobs, and the next is 429', async () => {
  await using server = await serve({ 'rate-limit': '0', 'max-queued-per-client': '5' })
  const join = (more: object = {}) =>
    fetch(
      `${server.url}/gradio_api/queue/join`,
      json({ data: [null, 'a'], fn_index: 0, session_hash: 'never', ...more }),
    )
  for (let i = 0; i < 5; i++) expect((await join({ session_hash: `never${i}` })).status).toBe(200)
  for (let i = 0; i < 20; i++) expect((await join()).status).toBe(429)
  const refused = (await (await join()).json()) as { code: string; detail: string }
  expect([refused.code, typeof refused.detail]).toEqual(['queue/client-full', 'string'])
  const { counts } = (await (await fetch(`${server.url}/v1/queue`)).json()) as {
    counts: { queued: number }
  }
  expect(counts.queued).toBe(5)
})

test('what clients send besides is passed over, or refused as JSON', async () => {
  await using server = await serve({ 'rate-limit': '0' })
  const join = (more: object) =>
    fetch(
      `${server.url}/gradio_api/queue/join?__theme=dark&url=http://127.0.0.1:1/`,
      json({ data: [null, 'a'], fn_index: 0, session_hash: 's', ...more }),
    )
  for (const more of [
    { event_data: { path: '/etc/passwd', meta: { _type: 'gradio.FileData' } } },
    { event_data: 'x'.repeat(100_000) },
    { trigger_id: 1e9 },
    { trigger_id: ['../..'] },
    { simple_format: true, request: { headers: { authorization: 'x' } } },
    { username: 'admin', root_path: 'http://127.0.0.1:1' },
  ])
    expect((await join(more)).status).toBe(200)
  const evil = await fetch(
    `${server.url}/gradio_api/queue/join`,
    json('{"event_data": {"__proto__": 1}}'),
  )
  expect(evil.status).toBe(400)
  expect(
    await codeOf(await fetch(`${server.url}/v1/scenes`, json('{"a": {"constructor": 1}}'))),
  ).toBe('body/invalid')
})

test('sessions that nobody listens to are forgotten beyond ten thousand, calls beyond a thousand', () => {
  const calls = createCalls()
  for (let i = 0; i < 10_500; i++) calls.add(endpoint, context, answered, `s${i}`)
  expect(calls.session('ann', 's0')).toBeUndefined()
  expect(calls.session('ann', 's499')).toBeUndefined()
  expect(calls.session('ann', 's500')).toBeDefined()
  for (let i = 0; i < 1500; i++) calls.add(endpoint, context, answered, 'one')
  expect(calls.session('ann', 'one')!.calls.size).toBe(1000)
})
