import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Database } from './database.ts'
import { defaultPolicy } from './queue.ts'
import { createSqlQueue } from './sql-queue.ts'
import { openSqlite } from './sqlite/database.ts'

test('no statement of the queue goes through all jobs, but the one that counts them', async () => {
  const sqlite = openSqlite(':memory:')
  const plans = new Map<string, string>()
  let isWatching = false
  const watched =
    (query: Database['query']): Database['query'] =>
    async (sql, parameters) => {
      if (isWatching && !plans.has(sql)) {
        plans.set(sql, '')
        const steps = await query(`EXPLAIN QUERY PLAN ${sql}`, parameters)
        plans.set(sql, steps.map(({ detail }) => String(detail)).join('\n'))
      }
      return query(sql, parameters)
    }
  const queue = await createSqlQueue(
    {
      ...sqlite,
      query: watched(sqlite.query),
      transaction: (body) => sqlite.transaction((query) => body(watched(query))),
      alone: (name, body) => sqlite.alone(name, (query) => body(watched(query))),
    },
    defaultPolicy,
  )
  isWatching = true
  const submit = () =>
    queue.submit({
      ...{ id: randomUUID(), owner: 'a', client: 'c', priority: 0, request: {}, digest: 'd' },
      ...{ pixels: 1, budgetSeconds: 1, idempotencyKey: randomUUID() },
    })
  const jobs = [await submit(), await submit(), await submit()].map(({ job }) => job)
  await queue.ahead(jobs[2]!)
  await queue.list('a', { limit: 20 })
  const claim = (await queue.claim('w'))!
  await queue.renew(claim)
  await queue.tell(claim, 'progress', {})
  await queue.complete(claim, { seed: 1, gaussians: 1, seconds: 1, timings: {} })
  const second = (await queue.claim('w'))!
  await queue.retry(second, { code: 'engine/lost', message: '' })
  await queue.handBack((await queue.claim('w'))!)
  await queue.reap()
  await queue.prioritise(jobs[2]!.id, 1)
  await queue.cancel(jobs[2]!.id)
  await queue.cancelAll('a')
  await queue.endedBefore(Date.now(), 100)
  await queue.events(jobs[0]!.id, 0)
  await queue.webhooks.take(1, 1)
  await queue.remove(jobs[0]!.id)
  await queue.close()
  expect(plans.size).toBeGreaterThan(15)
  const searched = /SCAN (jobs|j|events)\b/
  const through = [...plans].filter(([, plan]) => searched.test(plan)).map(([sql]) => sql)
  // how many are in each state, once for all who ask within a second
  expect(through).toEqual([expect.stringContaining('GROUP BY state')])
  // each index has its use, and each use its index
  const used = [...plans.values()].flatMap((plan) => plan.match(/(?<=INDEX )(jobs|webhooks)_\w+/g))
  expect([...new Set(used)].filter(Boolean).sort()).toEqual([
    ...['jobs_ended', 'jobs_ended_so', 'jobs_in_turn', 'jobs_of_client', 'jobs_of_owner'],
    ...['jobs_waiting_of_client', 'webhooks_due'],
  ])
})
