// Kills `models pull`, fetching and converting, at random moments, runs it again, and proves that it ends with the files
// of an undisturbed run, bit for bit:
//   node bench/pull-kills.ts 20
import { killPulls } from '../packages/flashworld/test/kill-pulls.ts'

const [kills = '20'] = process.argv.slice(2)
const report = await killPulls({
  kills: Number(kills),
  program: ['apps/cli/src/main.ts', 'models', 'pull', 'flashworld', '--yes', '--quiet'],
  onKill: (i, milliseconds) => console.log(`kill ${i + 1} after ${Math.round(milliseconds)} ms`),
})
console.log(JSON.stringify(report, null, 2))
process.exit(report.problems.length === 0 ? 0 : 1)
