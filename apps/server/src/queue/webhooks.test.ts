import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestDatabases } from '../../test/databases.ts'
import { databases } from '../../test/databases.ts'
import type { Database } from './database.ts'
import type { Queue } from './queue.ts'
import { defaultPolicy } from './queue.ts'
import { versions } from './schema.ts'
import { createSqlQueue } from './sql-queue.ts'

const url = 'https://hooks.example.org/scenes'
const result = { seed: 1, gaussians: 2, seconds: 3, timings: {} }
const failure = { code: 'engine/failed', message: 'no' }

const wish = (webhook?: string) => ({
  ...{ id: randomUUID(), owner: 'local', client: 'c', priority: 0, request: {}, digest: 'd' },
  ...{ pixels: 1, budgetSeconds: 1, webhook },
})

describe.each(databases)('webhooks in %s', (_, isHere, make) => {
  const test_ = test.skipIf(!isHere)
  let engine: TestDatabases
  beforeAll(async () => {
    if (isHere) await (engine = make()).start()
  })
  afterAll(async () => {
    if (isHere) await engine.stop()
  })

  const openOn = (database: Database) =>
    createSqlQueue(database, { ...defaultPolicy, maxRunningPerClient: 9 })
  const due = async (queue: Queue) =>
    (await queue.webhooks.take(100, 60_000)).map(({ job }) => job).sort()

  test_('one is due when its job has ended, in whatever way, and not before', async () => {
    const queue = await openOn((await engine.empty())())
    const ids: string[] = []
    for (let i = 0; i < 6; i++) ids.push((await queue.submit(wish(url))).job.id)
    await queue.submit(wish())
    const claims = [await queue.claim('w'), await queue.claim('w'), await queue.claim('w')]
    expect(await due(queue)).toEqual([])
    await queue.complete(claims[0]!, result)
    await queue.fail(claims[1]!, failure)
    await queue.retry(claims[2]!, failure)
    await queue.cancel(ids[3]!)
    await queue.remove(ids[4]!)
    expect(await due(queue)).toEqual([ids[0]!, ids[1]!, ids[3]!].sort())
    await queue.cancelAll()
    expect(await due(queue)).toEqual([ids[2]!, ids[5]!].sort())
    await queue.close()
  })

  test_(
    'it is one caller’s until its lease is over, comes later when postponed, goes when forgotten',
    async () => {
      const queue = await openOn((await engine.empty())())
      const { id } = (await queue.submit(wish(url))).job
      await queue.cancel(id)
      const [one, two] = await Promise.all([
        queue.webhooks.take(9, 60_000),
        queue.webhooks.take(9, 60_000),
      ])
      expect([...one, ...two]).toEqual([{ job: id, url, tries: 1 }])
      await queue.webhooks.postpone(id, 60_000)
      expect(await due(queue)).toEqual([])
      await queue.webhooks.postpone(id, 0)
      expect(await queue.webhooks.take(9, 0)).toEqual([{ job: id, url, tries: 2 }])
      expect(await queue.webhooks.take(9, 0)).toEqual([{ job: id, url, tries: 3 }])
      await queue.webhooks.forget(id)
      expect(await due(queue)).toEqual([])
      await queue.close()
    },
  )

  test_('one that is due is so for the next process, too', async () => {
    const connect = await engine.empty()
    const first = await openOn(connect())
    const { id } = (await first.submit(wish(url))).job
    await first.cancel(id)
    await first.close()
    const second = await openOn(connect())
    expect(await due(second)).toEqual([id])
    await second.close()
  })

  test_('tables of the first version are brought to this one, with their jobs', async () => {
    const connect = await engine.empty()
    const database = connect()
    await database.query('CREATE TABLE schema_version (version INTEGER PRIMARY KEY)')
    for (const statement of versions[0]!) await database.query(statement)
    await database.query('INSERT INTO schema_version (version) VALUES (1)')
    const { id } = wish()
    await database.query(
      `INSERT INTO jobs (id, owner, client, state, priority, turn, request, digest, pixels, budget_seconds, attempt,
         losses, events, created_at) VALUES (?, 'local', 'c', 'queued', 0, 0, '{}', 'd', 1, 1, 0, 0, 0, 0)`,
      [id],
    )
    await database.close()
    for (let opened = 0; opened < 2; opened++) {
      const queue = await openOn(connect())
      expect((await queue.get(id))!.state).toBe('queued')
      const { job } = await queue.submit(wish(url))
      await queue.cancel(job.id)
      expect(await due(queue)).toEqual([job.id])
      await queue.close()
    }
  })
})
