import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestDatabases } from '../../test/databases.ts'
import { databases } from '../../test/databases.ts'
import type { Database } from './database.ts'
import type { JobResult, NewJob } from './job.ts'
import type { QueuePolicy } from './queue.ts'
import { defaultPolicy } from './queue.ts'
import { versions } from './schema.ts'
import { createSqlQueue } from './sql-queue.ts'

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

const result: JobResult = { seed: 1, gaussians: 2, seconds: 3, timings: {} }
const lost = { code: 'engine/lost', message: 'the device was lost' }
const times = <T>(count: number, body: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => body(i))

describe.each(databases)('%s', (_, isHere, make) => {
  const test_ = test.skipIf(!isHere)
  let engine: TestDatabases
  beforeAll(async () => {
    if (isHere) await (engine = make()).start()
  })
  afterAll(async () => {
    if (isHere) await engine.stop()
  })

  const openOn = (database: Database, policy: Partial<QueuePolicy> = {}) =>
    createSqlQueue(database, { ...defaultPolicy, maxRunningPerClient: 100, ...policy })
  const open = async (policy: Partial<QueuePolicy> = {}) => openOn((await engine.empty())(), policy)

  /** Two that share a database: two processes where the engine has it, else two callers of one. */
  const openTwo = async (policy: Partial<QueuePolicy> = {}) => {
    const connect = await engine.empty()
    if (engine.isShared) {
      return Promise.all([openOn(connect(), policy), openOn(connect(), policy)])
    }
    const one = await openOn(connect(), policy)
    return [one, one] as const
  }
  const closeBoth = async (queues: readonly { close(): Promise<void> }[]) => {
    await Promise.all([...new Set(queues)].map((queue) => queue.close()))
  }

  test_('another client’s first job does not wait for a hundred of one client', async () => {
    const queue = await open()
    for (let i = 0; i < 100; i++) await queue.submit(wish('a'))
    for (let i = 0; i < 10; i++) await queue.claim('w')
    const { job } = await queue.submit(wish('b'))
    expect((await queue.ahead(job)).jobs).toBeLessThanOrEqual(1)
    const next = [await queue.claim('w'), await queue.claim('w')]
    expect(next.map((claim) => claim!.job.client)).toContain('b')
    await queue.close()
  })

  test_('turns go on where they were after old jobs are removed', async () => {
    const queue = await open()
    for (let i = 0; i < 6; i++) await queue.submit(wish('a'))
    for (let i = 0; i < 3; i++) await queue.remove((await queue.claim('w'))!.job.id)
    for (let i = 0; i < 3; i++) await queue.submit(wish('b'))
    const next = [await queue.claim('w'), await queue.claim('w'), await queue.claim('w')]
    expect(next.map((claim) => claim!.job.client)).toContain('a')
    await queue.close()
  })

  test_('a higher priority goes first, and an operator may change it', async () => {
    const queue = await open()
    const { job: low } = await queue.submit(wish('a'))
    const { job: late } = await queue.submit(wish('a'))
    const { job: high } = await queue.submit(wish('a', { priority: 1 }))
    expect(await queue.prioritise(late.id, 2)).toBe(true)
    const order = [await queue.claim('w'), await queue.claim('w'), await queue.claim('w')]
    expect(order.map((claim) => claim!.job.id)).toEqual([late.id, high.id, low.id])
    expect(await queue.prioritise(low.id, 3)).toBe(false)
    await queue.close()
  })

  test_('an attempt that was given up may not publish', async () => {
    const queue = await open({ leaseMs: -1 })
    await queue.submit(wish('a'))
    const stale = (await queue.claim('dead'))!
    expect(await queue.reap()).toBe(1)
    const live = (await queue.claim('alive'))!
    expect(await queue.complete(stale, result)).toBe(false)
    expect(await queue.fail(stale, lost)).toBe(false)
    expect(await queue.renew(stale)).toBe(false)
    await queue.tell(stale, 'step', { step: 1 })
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

  test_('publishing again after a lost answer says yes, and tells it once', async () => {
    const queue = await open()
    await queue.submit(wish('a'))
    const claim = (await queue.claim('w'))!
    expect(await queue.complete(claim, result)).toBe(true)
    expect(await queue.complete(claim, result)).toBe(true)
    expect(await queue.fail(claim, lost)).toBe(false)
    const events = await queue.events(claim.job.id, 0)
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(1)
    await queue.close()
  })

  test_('only a worker that is silent for a lease is dead', async () => {
    const queue = await open({ leaseMs: 60 })
    await queue.submit(wish('a'))
    const claim = (await queue.claim('w'))!
    expect(await queue.reap()).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await queue.renew(claim)
    expect(await queue.reap()).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await queue.reap()).toBe(1)
    expect((await queue.get(claim.job.id))!.state).toBe('queued')
    await queue.close()
  })

  /** Another process each time, on one database whose clock is set forwards or back by so many milliseconds. */
  const onSetClock = async () => {
    const connect = await engine.empty()
    const database = connect()
    await database.query('CREATE TABLE shift (ms BIGINT)')
    await database.query('INSERT INTO shift VALUES (0)')
    const now = `(${database.now} + (SELECT ms FROM shift))`
    return {
      set: (ms: number) => database.query('UPDATE shift SET ms = ms + ?', [ms]),
      async as<T>(body: (queue: Awaited<ReturnType<typeof openOn>>) => Promise<T>) {
        const own = connect()
        const queue = await openOn({ ...own, now }, { leaseMs: 15_000 })
        const answer = await body(queue)
        await queue.close()
        return answer
      },
      close: () => database.close(),
    }
  }

  test_('a process that has just begun sees that a lease has ended', async () => {
    const clock = await onSetClock()
    await clock.as((queue) => queue.reap())
    await clock.as(async (queue) => {
      await queue.submit(wish('a'))
      await queue.claim('dies')
    })
    await clock.set(-3_600_000) // which gives it no more time either
    expect(await clock.as((queue) => queue.reap())).toBe(0)
    for (let passed = 2500; passed < 15_000; passed += 2500) {
      await clock.set(2500)
      expect(await clock.as((queue) => queue.reap())).toBe(0)
    }
    await clock.set(2500)
    expect(await clock.as((queue) => queue.reap())).toBe(1)
    expect((await clock.as((queue) => queue.claim('lives')))!.attempt).toBe(2)
    await clock.close()
  })

  test_('a clock that is set, or a database that was away, ends no lease', async () => {
    const clock = await onSetClock()
    await clock.as((queue) => queue.reap())
    const claim = (await clock.as(async (queue) => {
      await queue.submit(wish('a'))
      return queue.claim('w')
    }))!
    for (const ms of [3_600_000, -7_200_000, 86_400_000, -3_600_000]) {
      await clock.set(ms)
      expect(await clock.as((queue) => queue.reap())).toBe(0)
      expect(await clock.as((queue) => queue.renew(claim))).toBe(true)
    }
    await clock.close()
  })

  test_(
    'tables of the first version are brought to this one, and what runs has a lease',
    async () => {
      const connect = await engine.empty()
      const database = connect()
      for (const statement of versions[0]!) await database.query(statement)
      await database.query('CREATE TABLE schema_version (version INTEGER PRIMARY KEY)')
      await database.query('INSERT INTO schema_version VALUES (1)')
      await database.query(
        `INSERT INTO jobs VALUES ('j', 'local', 'a', 'running', 0, 1, '{}', 'd', NULL, 1, 1, 1, 0, 'w', ${database.now},
         1, NULL, NULL, 1, 1, NULL)`,
      )
      const queue = await openOn(connect(), { leaseMs: 15_000 })
      expect(await queue.reap()).toBe(0)
      await database.query('UPDATE lease_clock SET ms = 20000')
      expect(await queue.reap()).toBe(1)
      expect((await queue.claim('w'))!.job.id).toBe('j')
      await queue.close()
      await database.close()
    },
  )

  test_('a job whose worker is lost three times has failed', async () => {
    const queue = await open()
    const { job } = await queue.submit(wish('a'))
    for (let i = 0; i < 2; i++) {
      expect(await queue.retry((await queue.claim('w'))!, lost)).toBe(true)
      expect((await queue.get(job.id))!.state).toBe('queued')
    }
    expect(await queue.retry((await queue.claim('w'))!, lost)).toBe(true)
    expect(await queue.get(job.id)).toMatchObject({ state: 'failed', error: lost, attempt: 3 })
    await queue.close()
  })

  test_('a job that is handed back counts no loss, and its next attempt is another', async () => {
    const queue = await open({ maxAttempts: 1 })
    await queue.submit(wish('a'))
    const first = (await queue.claim('w'))!
    await queue.handBack(first)
    const second = (await queue.claim('w'))!
    expect(second.job.id).toBe(first.job.id)
    expect(second.attempt).toBeGreaterThan(first.attempt)
    expect(await queue.complete(first, result)).toBe(false)
    await queue.close()
  })

  test_(
    'a cancelled job loses its claim at once, and cancelling again changes nothing',
    async () => {
      const queue = await open()
      const { job } = await queue.submit(wish('a'))
      const claim = (await queue.claim('w'))!
      expect((await queue.cancel(job.id))!.state).toBe('cancelled')
      expect((await queue.cancel(job.id))!.state).toBe('cancelled')
      expect(await queue.renew(claim)).toBe(false)
      expect(await queue.complete(claim, result)).toBe(false)
      const events = await queue.events(job.id, 0)
      expect(events.filter(({ type }) => type === 'cancelled')).toHaveLength(1)
      await queue.close()
    },
  )

  test_('all of one owner, or of all, are cancelled', async () => {
    const queue = await open()
    await Promise.all(times(4, (i) => queue.submit(wish('a', { owner: i < 3 ? 'me' : 'you' }))))
    await queue.claim('w')
    expect(await queue.cancelAll('me')).toBe(3)
    expect(await queue.cancelAll()).toBe(1)
    expect((await queue.statistics()).counts).toMatchObject({ cancelled: 4, queued: 0, running: 0 })
    await queue.close()
  })

  test_('one key is one job, whoever asks at once; with another wish it is refused', async () => {
    const queues = await openTwo()
    const asked = await Promise.all(
      times(40, (i) => queues[i % 2]!.submit(wish('a', { idempotencyKey: 'k' }))),
    )
    expect(new Set(asked.map(({ job }) => job.id)).size).toBe(1)
    expect(asked.filter(({ isNew }) => isNew)).toHaveLength(1)
    await expect(
      queues[0].submit(wish('a', { idempotencyKey: 'k', digest: 'e' })),
    ).rejects.toMatchObject({ code: 'queue/idempotency' })
    await closeBoth(queues)
  })

  test_('limits hold when many submit at once', async () => {
    const queues = await openTwo({ maxQueued: 12, maxQueuedPerClient: 5 })
    const submit = (count: number, client: (i: number) => string) =>
      Promise.allSettled(times(count, (i) => queues[i % 2]!.submit(wish(client(i)))))
    const codes = (settled: readonly PromiseSettledResult<unknown>[]) =>
      settled.flatMap((one) =>
        one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
      )
    expect(codes(await submit(20, () => 'a'))).toEqual(times(15, () => 'queue/client-full'))
    expect(codes(await submit(20, String))).toEqual(times(13, () => 'queue/full'))
    await closeBoth(queues)
  })

  test_('each attempt is claimed once, and a client runs no more at once than it may', async () => {
    const queues = await openTwo({ maxRunningPerClient: 2 })
    for (let i = 0; i < 12; i++) await queues[0].submit(wish(`c${i % 3}`))
    const claims = (await Promise.all(times(30, (i) => queues[i % 2]!.claim(`w${i}`)))).filter(
      (claim) => claim !== undefined,
    )
    expect(claims).toHaveLength(6)
    expect(new Set(claims.map(({ job }) => job.id)).size).toBe(6)
    await closeBoth(queues)
  })

  test_('events of one job have one order, whoever tells them at once', async () => {
    const queues = await openTwo()
    const { job } = await queues[0].submit(wish('a'))
    const claim = (await queues[0].claim('w'))!
    await Promise.all(times(40, (i) => queues[i % 2]!.tell(claim, 'progress', { i })))
    const events = await queues[1].events(job.id, 0)
    expect(events.map(({ seq }) => seq)).toEqual(times(42, (i) => i + 1))
    expect(await queues[1].events(job.id, 40)).toHaveLength(2)
    await closeBoth(queues)
  })

  test_('a removed job leaves no event behind, even of one told meanwhile', async () => {
    const queues = await openTwo()
    const { job } = await queues[0].submit(wish('a'))
    const claim = (await queues[0].claim('w'))!
    await Promise.all([
      ...times(10, (i) => queues[1].tell(claim, 'progress', { i })),
      queues[0].remove(job.id),
    ])
    expect(await queues[0].events(job.id, 0)).toEqual([])
    expect(await queues[0].get(job.id)).toBeUndefined()
    expect(await queues[0].remove(job.id)).toBe(false)
    await closeBoth(queues)
  })

  test_('a change rings for who watches it, in another process too', async () => {
    const queues = await openTwo()
    const { job } = await queues[0].submit(wish('a'))
    // a bell that rings before the line stands is not heard
    const rung = new Promise<void>((resolve) => queues[1].watch(job.id, resolve))
    const ringing = setInterval(() => void queues[0].prioritise(job.id, 1), 50)
    await rung
    clearInterval(ringing)
    await closeBoth(queues)
  })

  test_('text with NUL is refused before the database sees it', async () => {
    const queue = await open()
    const words = [{ owner: 'a\0' }, { client: '\0' }, { idempotencyKey: 'k\0' }]
    for (const more of [...words, { request: { prompt: ['a\0b'] } }]) {
      await expect(queue.submit(wish('a', more))).rejects.toMatchObject({ code: 'queue/text' })
    }
    const request = { prompt: "\\u0000 \u{1F3E0} '; DROP TABLE jobs; -- $1 ?" }
    const { job } = await queue.submit(wish('a', { request }))
    expect((await queue.get(job.id))!.request).toEqual(request)
    expect(await queue.list('local', { limit: 5, after: '1.\0' })).toEqual({ jobs: [] })
    await queue.close()
  })

  test_('pages hold each job once, newest first', async () => {
    const queue = await open()
    const ids = []
    for (let i = 0; i < 7; i++) ids.push((await queue.submit(wish('a'))).job.id)
    await queue.submit(wish('a', { owner: 'other' }))
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await queue.list('local', { limit: 3, ...(after !== undefined && { after }) })
      seen.push(...page.jobs.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
    expect([...seen].sort()).toEqual([...ids].sort())
    expect(seen).toHaveLength(7)
    await queue.close()
  })

  test_('place and time are of what was measured', async () => {
    const queue = await open()
    const { job: first } = await queue.submit(wish('a'))
    expect((await queue.ahead(first)).seconds).toBeNull()
    const claim = (await queue.claim('w'))!
    await new Promise((resolve) => setTimeout(resolve, 50))
    await queue.complete(claim, result)
    const { secondsPerPixel } = await queue.statistics()
    expect(secondsPerPixel! * 1000).toBeGreaterThan(0.04)
    const submitted = []
    for (let i = 0; i < 3; i++) submitted.push((await queue.submit(wish('a'))).job)
    const places = await Promise.all(submitted.map((job) => queue.ahead(job)))
    expect(places.map(({ jobs, pixels }) => [jobs, pixels])).toEqual([
      [0, 0],
      [1, 1000],
      [2, 2000],
    ])
    expect(places[2]!.seconds! / places[0]!.seconds!).toBeCloseTo(3)
    await queue.close()
  })

  test_('two who make the tables at once make them once', async () => {
    const connect = await engine.empty()
    const count = engine.isShared ? 6 : 1
    const queues = await Promise.all(times(count, () => openOn(connect())))
    await Promise.all(queues.map((queue) => queue.close()))
    const again = await openOn(connect())
    expect((await again.statistics()).counts.queued).toBe(0)
    await again.close()
  })

  test_('tables of another version are refused', async () => {
    const connect = await engine.empty()
    await (await openOn(connect())).close()
    const database = connect()
    await database.query('UPDATE schema_version SET version = 99')
    await expect(openOn(database)).rejects.toMatchObject({ code: 'data/version' })
    await database.close()
  })

  test_('a transaction that fails leaves nothing', async () => {
    const database = (await engine.empty())()
    await database.query('CREATE TABLE t (a INTEGER)')
    await expect(
      database.transaction(async (query) => {
        await query('INSERT INTO t VALUES (1)')
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await database.query('SELECT a FROM t')).toEqual([])
    await database.close()
  })
})
