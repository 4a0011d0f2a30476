import { describe, expect, test } from 'vitest'
import { fuzz, fuzzTargets } from './fuzz.ts'
import { readCorpus } from './fuzz-corpus.ts'

/** Milliseconds of the suite for each reader; bench/fuzz-weights.ts has all the time it is given. */
const budgetMs = 1_000

describe.each(fuzzTargets)('mutated input of the reader of a %s', (target) => {
  test('ends in an error with a code, or in what the file tells of', async () => {
    const corpus = readCorpus(target)
    expect(corpus.length).toBeGreaterThan(3)
    const until = performance.now() + budgetMs
    let outcomes = 0
    for (let seed = 1; seed === 1 || performance.now() < until; seed++) {
      const result = await fuzz(target, { inputs: 500, seed, corpus })
      outcomes = Math.max(outcomes, result.outcomes.size)
    }
    // the inputs reach far into the reader: nearly every kind of outcome that is known
    expect(outcomes).toBeGreaterThanOrEqual(corpus.length * 0.8)
  })
})
