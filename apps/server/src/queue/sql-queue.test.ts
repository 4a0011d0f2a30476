import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { NewJob } from './job.ts'
import { defaultPolicy } from './queue.ts'
import { createSqlQueue } from './sql-queue.ts'
import { openSqlite } from './sqlite/database.ts'

const wish = (client: string, more: Partial<NewJob> = {}): NewJob => ({
  id: randomUUID(),
  owner: 'local',
  client,
  priority: 0,
  request: { prompt: 'a house' },
  digest: 'd',
  pixels: 1000,
  budgetSeconds: 60,
  ...more,
})

const open = (policy = {}) =>
  createSqlQueue(openSqlite(':memory:'), { ...defaultPolicy, maxRunningPerClient: 100, ...policy })

test('another client’s first job does not wait for a hundred of one client', async () => {
  const queue = await open()
  for (let i = 0; i < 100; i++) await queue.submit(wish('a'))
  for (let i = 0; i < 10; i++) await queue.claim('w')
  const { job } = await queue.submit(wish('b'))
  expect((await queue.ahead(job)).jobs).toBeLessThanOrEqual(1)
  const next = [await queue.claim('w'), await queue.claim('w')]
  expect(next.map((claim) => claim!.job.client)).toContain('b')
  await queue.close()
})

test('an attempt that was given up may not publish', async () => {
  const queue = await open({ leaseMs: -1 })
  await queue.submit(wish('a'))
  const stale = (await queue.claim('dead'))!
  expect(await queue.reap()).toBe(1)
  const live = (await queue.claim('alive'))!
  const result = { seed: 1, gaussians: 2, seconds: 3, timings: {} }
  expect(await queue.complete(stale, result)).toBe(false)
  expect(await queue.renew(stale)).toBe(false)
  expect(await queue.complete(live, result)).toBe(true)
  expect((await queue.get(live.job.id))!.state).toBe('completed')
  expect((await queue.events(live.job.id, 0)).map(({ type }) => type)).toEqual([
    'queued',
    'started',
    'retry',
    'started',
    'done',
  ])
  await queue.close()
})

test('a cancelled job loses its claim at once, and cancelling again changes nothing', async () => {
  const queue = await open()
  const { job } = await queue.submit(wish('a'))
  const claim = (await queue.claim('w'))!
  expect((await queue.cancel(job.id))!.state).toBe('cancelled')
  expect((await queue.cancel(job.id))!.state).toBe('cancelled')
  expect(await queue.renew(claim)).toBe(false)
  expect(await queue.complete(claim, { seed: 1, gaussians: 1, seconds: 1, timings: {} })).toBe(
    false,
  )
  expect((await queue.events(job.id, 0)).filter(({ type }) => type === 'cancelled')).toHaveLength(1)
  await queue.close()
})

test('one key is one job; with another wish it is refused', async () => {
  const queue = await open()
  const first = await queue.submit(wish('a', { idempotencyKey: 'k' }))
  const again = await queue.submit(wish('a', { idempotencyKey: 'k' }))
  expect([first.isNew, again.isNew, again.job.id]).toEqual([true, false, first.job.id])
  await expect(queue.submit(wish('a', { idempotencyKey: 'k', digest: 'e' }))).rejects.toMatchObject(
    {
      code: 'queue/idempotency',
    },
  )
  await queue.close()
})
