import { rm } from 'node:fs/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Example } from '../../scripts/docs/examples.ts'
import { allExamples, checkExamples, writeExamples } from '../../scripts/docs/examples.ts'
import type { PublicExport } from '../../scripts/docs/public-api.ts'
import { isSlow, runExamples } from '../../scripts/docs/run-docs.ts'
import { makeScratch } from '../../scripts/docs/scratch.ts'

describe('of everything that the libraries export', () => {
  let exports: readonly PublicExport[]
  let examples: readonly Example[]
  beforeAll(async () => {
    ;({ exports, examples } = await allExamples())
    await writeExamples(examples)
  })

  test('each has a docstring', () => {
    expect(exports.filter(({ summary }) => summary === '').map(({ at }) => at)).toEqual([])
  })

  test('each function has an example', () => {
    const without = exports.filter((e) => e.kind === 'function' && e.examples.length === 0)
    expect(without.map(({ entry, name }) => `${entry} ${name}`)).toEqual([])
  })

  test('every example is TypeScript that compiles, as are those of the pages', () => {
    expect(examples.length).toBeGreaterThan(200)
    expect(checkExamples(examples)).toEqual([])
  })

  test('and those that need no model run', async () => {
    const scratch = await makeScratch()
    onTestFinished(() => rm(scratch, { recursive: true, force: true }))
    const quick = examples.filter((example) => example.runs && !isSlow(example))
    const runs = await Array.fromAsync(runExamples(quick, scratch))
    expect(runs.filter(({ error }) => error !== undefined)).toEqual([])
    expect(runs.length).toBe(quick.length)
    expect(runs.length).toBeGreaterThan(130)
  })
})
