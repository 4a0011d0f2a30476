import { expect, test } from 'vitest'
import { json, serve } from '../../../test/serve.ts'
import { runServer } from '../../../test/run-server.ts'

test('says whether it is ready, and to operators why not', async () => {
  await using full = await serve({ 'min-free-disk': '1000t', token: 'fw_admin' })
  const health = await fetch(`${full.url}/healthz`)
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
  const probe = await fetch(`${full.url}/readyz`)
  expect([probe.status, await probe.json()]).toEqual([503, { status: 'not ready' }])
  const headers = { authorization: 'Bearer fw_admin' }
  const operator = await fetch(`${full.url}/readyz`, { headers })
  expect(await operator.json()).toEqual({ status: 'not ready', reasons: ['queue/disk-full'] })
  await using well = await serve()
  expect((await fetch(`${well.url}/readyz`)).status).toBe(200)
})

test('measures are for operators, and hold what happened', async () => {
  const { url } = await runServer()
  const { id } = (await (await fetch(`${url}/v1/scenes`, json({ prompt: 'a secret' }))).json()) as {
    id: string
  }
  await expect
    .poll(
      async () =>
        ((await (await fetch(`${url}/v1/scenes/${id}`)).json()) as { state: string }).state,
    )
    .toBe('completed')
  // the queue's figures are of the last second
  await expect
    .poll(async () => (await fetch(`${url}/metrics`)).text())
    .toContain('flashworld_jobs{state="completed"} 1')
  const text = await (await fetch(`${url}/metrics`)).text()
  expect(text).toContain('flashworld_queue_wait_seconds_count 1')
  expect(text).toContain('flashworld_attempts_total{code=""} 1')
  expect(text).toMatch(/flashworld_disk_free_bytes \d/)
  expect(text).toMatch(/flashworld_nodejs_eventloop_lag_seconds \d/)
  expect(text).not.toMatch(new RegExp(`secret|${id}`))
})

test('with tokens, measures need the operator’s', async () => {
  await using guarded = await serve({ token: 'fw_admin' })
  expect((await fetch(`${guarded.url}/metrics`)).status).toBe(401)
  const headers = { authorization: 'Bearer fw_admin' }
  expect((await fetch(`${guarded.url}/metrics`, { headers })).status).toBe(200)
})
