/**
 * Reads mutated weight files, and keeps an input for each kind of outcome in packages/models/test/fuzz-corpus.
 *
 *   node bench/fuzz-weights.ts [--inputs 1000000] [--seed 1]
 */
import { parseArgs } from 'node:util'
import { fuzz, fuzzTargets } from '../packages/models/test/fuzz.ts'
import { readCorpus, writeCorpus } from '../packages/models/test/fuzz-corpus.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
})
const inputs = Math.ceil(Number(values.inputs) / fuzzTargets.length)
for (const target of fuzzTargets) {
  const started = process.cpuUsage()
  const result = await fuzz(target, {
    inputs,
    seed: Number(values.seed),
    corpus: readCorpus(target),
  })
  writeCorpus(target, result.examples.values())
  const { user } = process.cpuUsage(started)
  console.log(
    `${target}: ${inputs} inputs, ${result.outcomes.size} kinds of outcome, slowest ${result.slowestMs.toFixed(1)} ms,`,
    `${(user / 1e6).toFixed(0)} s of processor, resident at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
  )
  for (const [kind, count] of [...result.outcomes].sort((a, b) => b[1] - a[1]).slice(0, 6))
    console.log(`  ${String(count).padStart(8)} ${kind}`)
}
