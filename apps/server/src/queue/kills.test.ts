import { expect, test } from 'vitest'
import { killAndCheck } from '../../test/kill-and-check.ts'
import { hasPostgres } from '../../test/postgres.ts'

// The long forms: `node bench/queue-kills.ts`.

test('SQLite: no kill -9 of the one process or of its engine loses a job, publishes it twice or leaves a file', async () => {
  const report = await killAndCheck({ engine: 'sqlite', jobs: 20, kills: 2 })
  expect(report).toMatchObject({ problems: [], acknowledged: 20, completed: 20 })
  expect(report.kills).toEqual({ process: 2, engine: 2 })
  expect(report.takeover.most).toBeLessThan(30)
})

test.skipIf(!hasPostgres)(
  'PostgreSQL: no kill -9 of a server, a worker or the database loses a job, publishes it twice or leaves a file',
  async () => {
    const report = await killAndCheck({ engine: 'postgres', jobs: 20, kills: 1 })
    expect(report).toMatchObject({ problems: [], acknowledged: 20, completed: 20 })
    expect(report.kills).toEqual({ worker: 1, server: 1, postgres: 1 })
    expect(report.takeover.most).toBeLessThan(30)
  },
)
