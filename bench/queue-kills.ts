// Kills every part of the server while jobs run, and proves from what was recorded that none was lost, none published
// twice, and no file is left that belongs to nothing:
//   node bench/queue-kills.ts postgres 500 10     two servers, three workers and PostgreSQL, ten kills of each kind
//   node bench/queue-kills.ts sqlite 500 10       the one process, and its engine's
//   node bench/queue-kills.ts postgres 90 2 12000 with so many milliseconds between two kills that who takes over lives
import { spawnSync } from 'node:child_process'
import { defaultPolicy } from '../apps/server/src/queue/queue.ts'
import { killAndCheck } from '../apps/server/test/kill-and-check.ts'

const [engine = 'sqlite', jobs = '500', kills = '10', everyMs = '1500'] = process.argv.slice(2)
if (engine !== 'sqlite' && engine !== 'postgres') throw new Error('expected sqlite or postgres')
const since = performance.now()
const { leaseMs } = defaultPolicy
const report = await killAndCheck({
  engine,
  leaseMs,
  ...{ jobs: Number(jobs), kills: Number(kills), everyMs: Number(everyMs) },
})
console.log(
  JSON.stringify({ ...report, seconds: Math.round((performance.now() - since) / 1000) }, null, 2),
)
spawnSync('sync')
process.exit(report.problems.length === 0 ? 0 : 1)
