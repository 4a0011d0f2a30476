import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Moment } from './follow.ts'
import { createFollow } from './follow.ts'
import type { Queue } from './queue.ts'
import { defaultPolicy } from './queue.ts'
import { createSqlQueue } from './sql-queue.ts'
import { openSqlite } from './sqlite/database.ts'

const never = new AbortController().signal
const result = { seed: 1, gaussians: 1, seconds: 1, timings: {} }

/** A queue with one job, whose looks at it are counted. */
async function open() {
  const queue = await createSqlQueue(openSqlite(':memory:'), defaultPolicy)
  let looks = 0
  const follow = createFollow({
    ...queue,
    get: (id) => (looks++, queue.get(id)),
    events: (...asked) => (looks++, queue.events(...asked)),
  })
  const words = { owner: 'o', client: 'c', priority: 0, digest: '', pixels: 7, budgetSeconds: 1 }
  const { job } = await queue.submit({ id: randomUUID(), request: {}, ...words })
  return { queue, follow, id: job.id, looks: () => looks }
}

/** The types of all events that are heard, in order. */
async function hear(moments: AsyncIterable<Moment>) {
  const types: string[] = []
  for await (const { events } of moments)
    types.push(...events.slice(types.length).map(({ type }) => type))
  return types
}

test('a thousand who follow a job hear all of it, by one reader', async () => {
  const { queue, follow, id, looks } = await open()
  const ears = Array.from({ length: 1000 }, () => hear(follow(id, never)))
  await sleep(50)
  expect(looks()).toBe(2)
  const claim = (await queue.claim('w'))!
  for (let i = 0; i < 5; i++) await queue.tell(claim, 'progress', { fraction: i / 5 })
  await sleep(50)
  const late = hear(follow(id, never))
  await queue.complete(claim, result)
  const heard = ['queued', 'started', ...Array<string>(5).fill('progress'), 'done']
  expect(await late).toEqual(heard)
  for (const types of await Promise.all(ears)) expect(types).toEqual(heard)
  // two a thing that happened, and fewer where many happened at once
  expect(looks()).toBeLessThanOrEqual(2 * 9)
  expect(await hear(follow(id, never))).toEqual(heard)
  await queue.close()
})

test('nobody is read for when the last has gone, and whoever comes then hears all', async () => {
  const { queue, follow, id, looks } = await open()
  const gone = [new AbortController(), new AbortController()]
  const ears = gone.map(({ signal }) => hear(follow(id, signal)))
  await sleep(50)
  gone[0]!.abort()
  await ears[0]
  const claim = (await queue.claim('w'))!
  await sleep(50)
  expect(looks()).toBe(4)
  gone[1]!.abort()
  expect(await ears[1]).toEqual(['queued', 'started'])
  await queue.tell(claim, 'progress', {})
  await sleep(50)
  expect(looks()).toBe(4)
  const ear = hear(follow(id, never))
  await queue.remove(id)
  await ear
  expect(await hear(follow(id, never))).toEqual([])
  await queue.close()
})

test('places are told as they change, and that a job was removed', async () => {
  const { queue, follow, id } = await open()
  const words = { owner: 'o', client: 'c', priority: 0, digest: '', pixels: 7, budgetSeconds: 1 }
  const { job } = await queue.submit({ id: randomUUID(), request: {}, ...words })
  const places: number[] = []
  let last: Moment | undefined
  for await (const moment of follow(job.id, never)) {
    last = moment
    if (places.at(-1) !== moment.ahead) places.push(moment.ahead)
    if (places.length === 1) await queue.cancel(id)
    else await queue.remove(job.id)
  }
  expect(places).toEqual([1, 0])
  expect(last!.job).toBeUndefined()
  await queue.close()
})

test('a queue that cannot be looked at is told to all who follow, and the next begins anew', async () => {
  const { queue, id } = await open()
  let isAway = false
  const get: Queue['get'] = async (asked) => {
    if (isAway) throw new Error('away')
    return queue.get(asked)
  }
  const follow = createFollow({ ...queue, get })
  const ears = Array.from({ length: 3 }, () => hear(follow(id, never)))
  await sleep(50)
  isAway = true
  await queue.cancel(id)
  for (const { status } of await Promise.allSettled(ears)) expect(status).toBe('rejected')
  await expect(hear(follow(id, never))).rejects.toThrow('away')
  isAway = false
  expect(await hear(follow(id, never))).toEqual(['queued', 'cancelled'])
  await queue.close()
})
