import { expect, test } from 'vitest'
import type { Engine } from '@flashworld/engine'
import { createReferenceEngine, createWasmEngine } from '@flashworld/engine'
import { loadModel } from '../../model.ts'
import { folderSource } from '../../node/index.ts'
import { openCases } from './cases.ts'
import { verify } from './verify.ts'

const tiny = folderSource('test/goldens/tiny')

/** How many goldens the tiny cases have for stages and pipelines: a stage that is left out must show. */
const expected = 48

test.each<[string, () => Promise<Engine>]>([
  ['reference', () => Promise.resolve(createReferenceEngine())],
  ['wasm', () => createWasmEngine()],
])('every stage and both pipelines agree with the published code on %s', async (_name, create) => {
  const engine = await create()
  const model = await loadModel({ engine, source: tiny })
  const cases = await openCases(tiny)
  const compared = []
  for await (const { comparison } of verify(model, cases)) if (comparison) compared.push(comparison)
  expect(compared.filter((c) => !c.passed)).toEqual([])
  expect(compared).toHaveLength(expected)
  model.dispose()
  expect(engine.memory.liveBuffers).toBe(0)
  engine.dispose()
})

test('a wrong weight does not pass', async () => {
  const engine = await createWasmEngine()
  const model = await loadModel({ engine, source: tiny })
  const cases = await openCases(tiny)
  const bias = model.transformer.params.proj_out.bias
  const wrong = { ...model.transformer.params.proj_out, bias: engine.zeros(bias.shape) }
  const transformer = {
    ...model.transformer,
    params: { ...model.transformer.params, proj_out: wrong },
  }
  const failed = []
  for await (const { comparison } of verify({ ...model, transformer }, cases)) {
    if (comparison && !comparison.passed) failed.push(comparison.name)
    if (comparison?.name === 'dit.out') break
  }
  expect(failed).toEqual(['dit.out'])
  engine.dispose()
})
