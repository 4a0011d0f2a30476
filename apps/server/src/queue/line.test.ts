import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Database } from './database.ts'
import { defaultPolicy } from './queue.ts'
import { createSqlQueue } from './sql-queue.ts'
import { openSqlite } from './sqlite/database.ts'

/** The statements that a database has been asked. */
function counted(database: Database) {
  let count = 0
  const query: Database['query'] = (...asked) => {
    count++
    return database.query(...asked)
  }
  return { database: { ...database, query }, count: () => count }
}

const open = async () => {
  const { database, count } = counted(openSqlite(':memory:'))
  const queue = await createSqlQueue(database, { ...defaultPolicy, maxQueuedPerClient: 20_000 })
  const submit = async () => {
    const words = { owner: 'o', client: 'c', priority: 0, digest: '', pixels: 7, budgetSeconds: 1 }
    return (await queue.submit({ id: randomUUID(), request: {}, ...words })).job
  }
  return { queue, submit, count }
}

test('thousands who ask for their place in a long queue cost a few looks at it', async () => {
  const { queue, submit, count } = await open()
  const jobs = []
  for (let i = 0; i < 5000; i++) jobs.push(await submit())
  await queue.statistics()
  const before = count()
  for (const [i, job] of jobs.entries()) {
    expect(await queue.ahead(job)).toEqual({ jobs: i, pixels: 7 * i, seconds: null })
    await queue.statistics()
    if (i % 100 === 0) await queue.prioritise(job.id, 0) // something changes all the time
  }
  // each look is four statements, each change one
  expect(count() - before - 50).toBeLessThan(100)
  // who came after the last look has a place all the same
  expect((await queue.ahead(await submit())).jobs).toBe(5000)
  await queue.close()
})

test('many who ask at once share a look; a short queue is seen as it is', async () => {
  const { queue, submit, count } = await open()
  const first = await submit()
  const second = await submit()
  const before = count()
  await Promise.all(Array.from({ length: 100 }, () => queue.ahead(second)))
  expect(count() - before).toBe(4)
  await queue.cancel(first.id)
  expect((await queue.ahead(second)).jobs).toBe(0)
  expect((await queue.statistics()).counts).toMatchObject({ queued: 1, cancelled: 1 })
  await queue.close()
})
