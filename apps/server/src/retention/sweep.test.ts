import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { TestStore, TestStores } from '../../test/artifact-stores.ts'
import { stores } from '../../test/artifact-stores.ts'
import type { ArtifactStore } from '../artifacts/store.ts'
import { placeOf } from '../artifacts/store.ts'
import type { Queue } from '../queue/queue.ts'
import { defaultPolicy } from '../queue/queue.ts'
import { createSqlQueue } from '../queue/sql-queue.ts'
import { openSqlite } from '../queue/sqlite/database.ts'
import type { Retention } from './sweep.ts'
import { createStagingSweeper, createSweeper } from './sweep.ts'

const hour = 3_600_000
const result = { seed: 1, gaussians: 1, seconds: 1, timings: {} }

describe.each(stores)('files in %s', (kind, isHere, make) => {
  if (!isHere) return test.skip('is not installed')
  let all: TestStores
  let store: TestStore
  let queue: Queue
  let artifacts: ArtifactStore
  /** Added to the queue's clock. */
  let jump = 0

  beforeAll(async () => {
    all = make()
    await all.start()
  })
  afterAll(() => all.stop())
  beforeEach(async () => {
    jump = 0
    store = await all.empty()
    artifacts = store.artifacts
    queue = await createSqlQueue(openSqlite(':memory:'), {
      ...defaultPolicy,
      maxRunningPerClient: 9,
    })
    const { clock } = queue
    vi.spyOn(queue, 'clock').mockImplementation(async () => (await clock()) + jump)
  })
  afterEach(async () => {
    await queue.close()
    await store.close()
  })

  const sweeper = (more: Partial<Retention> = {}) =>
    createSweeper(queue, artifacts, {
      ...{ keepMs: hour, rememberMs: hour, quotaBytes: Infinity, youngMs: 0 },
      ...more,
    })

  const bytes = new Uint8Array(1000)

  const submit = async () => {
    const id = randomUUID()
    await artifacts.write(placeOf(id, 0), 'photograph', bytes)
    const words = { owner: 'o', client: 'c', priority: 0, digest: '', pixels: 1, budgetSeconds: 1 }
    await queue.submit({ id, request: {}, ...words })
    return id
  }

  const completed = async () => {
    const id = await submit()
    const claim = (await queue.claim('w'))!
    await artifacts.write(placeOf(id, claim.attempt), 'scene.ply', bytes)
    await queue.complete(claim, result)
    await new Promise((resolve) => setTimeout(resolve, 5))
    return id
  }

  const left = async () => (await Array.fromAsync(artifacts.jobs())).map(({ id }) => id).sort()

  test('files of ended jobs go after their time, the job is remembered longer', async () => {
    const ended = await completed()
    const waiting = await submit()
    expect(await sweeper().sweep()).toMatchObject({ expired: 0 })
    const { sweep } = sweeper({ keepMs: 50 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await sweep()).toEqual({ expired: 1, overQuota: 0, orphans: 0, forgotten: 0 })
    expect(await left()).toEqual([waiting])
    expect((await queue.get(ended))!.state).toBe('completed')
    expect(await sweeper({ keepMs: 0, rememberMs: 0 }).sweep()).toMatchObject({ forgotten: 1 })
    expect(await queue.get(ended)).toBeUndefined()
    expect((await queue.get(waiting))!.state).toBe('queued')
  })

  test('what is being read stays until it is read', async () => {
    const id = await completed()
    const { attempt } = (await queue.get(id))!
    const stream = await artifacts.open(placeOf(id, attempt), 'scene.ply')
    const fetched = await artifacts.fetch(placeOf(id, attempt), 'scene.ply')
    const { sweep } = sweeper({ keepMs: -1, quotaBytes: 0 })
    expect(await sweep()).toMatchObject({ expired: 0, overQuota: 0 })
    await stream.toArray()
    expect(await sweep()).toMatchObject({ expired: 0 })
    await fetched.done()
    expect(await sweep()).toMatchObject({ expired: 1 })
  })

  test('over the quota the jobs that ended first lose their files, and never those that wait', async () => {
    const ids = [await completed(), await completed(), await completed()]
    const waiting = await submit()
    expect(await sweeper({ quotaBytes: 5000 }).sweep()).toMatchObject({ overQuota: 1 })
    expect(await left()).toEqual([ids[1], ids[2], waiting].sort())
    expect(await sweeper({ quotaBytes: 0, youngMs: hour }).sweep()).toMatchObject({ overQuota: 0 })
    expect(await sweeper({ quotaBytes: 0 }).sweep()).toMatchObject({ overQuota: 2 })
    expect(await left()).toEqual([waiting])
  })

  test('files of attempts that were given up, and of no job, go; those of the live one stay', async () => {
    const id = await submit()
    const stale = (await queue.claim('w'))!
    await artifacts.write(placeOf(id, stale.attempt), 'step-1.webp', bytes)
    await queue.handBack(stale)
    const live = (await queue.claim('w'))!
    await artifacts.write(placeOf(id, live.attempt), 'step-1.webp', bytes)
    const nobodys = randomUUID()
    await artifacts.write(placeOf(nobodys, 0), 'photograph', bytes)
    const parts = join(store.folder, 'scenes', 'parts')
    const hasParts = kind === 'a folder'
    if (hasParts) writeFileSync(join(parts, randomUUID()), 'half')
    // they may be known in a moment
    const patient = sweeper({ youngMs: 60 })
    expect(await patient.sweep()).toMatchObject({ orphans: 1 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await patient.sweep()).toMatchObject({ orphans: hasParts ? 2 : 1 })
    expect(await left()).toEqual([id])
    for (const attempt of [0, live.attempt])
      expect(await artifacts.list(placeOf(id, attempt))).toHaveLength(1)
    expect(await artifacts.list(placeOf(id, stale.attempt))).toEqual([])
    if (hasParts) expect(readdirSync(parts)).toEqual([])
  })

  test('a clock that is set, forwards or back, takes nothing before its time', async () => {
    await completed()
    const running = sweeper()
    expect(await running.sweep()).toMatchObject({ expired: 0 })
    for (const by of [2 * hour, -2 * hour, 10 * 365 * 24 * hour]) {
      jump = by
      expect(await running.sweep()).toEqual({ expired: 0, overQuota: 0, orphans: 0, forgotten: 0 })
    }
  })

  test('staging of attempts that do not run goes', async () => {
    const id = await submit()
    const { attempt } = (await queue.claim('w'))!
    const staging = join(store.folder, 'staging')
    for (const name of [`${id}.${attempt}`, `${id}.0`, `${randomUUID()}.1`, 'rubbish'])
      mkdirSync(join(staging, name), { recursive: true })
    expect(await createStagingSweeper(queue, staging, 0)()).toBe(3)
    expect(readdirSync(staging)).toEqual([`${id}.${attempt}`])
  })
})
