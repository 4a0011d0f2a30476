import { expect, test } from 'vitest'
import { createWebGpuEngine } from '@flashworld/engine'
import { openTextChecker } from '../../../../engine/test/pretend/texts.ts'
import { loadModel } from '../../model.ts'
import { folderSource } from '../../node/index.ts'
import { openCases } from './cases.ts'
import { pipelines, runPipeline } from './pipelines.ts'

test.each(['f32', 'f16'] as const)('all kernels of both pipelines compile in %s', async (half) => {
  const texts = await openTextChecker()
  const engine = createWebGpuEngine(texts.device, { half })
  const source = folderSource('test/goldens/tiny')
  const [model, cases] = [await loadModel({ engine, source }), await openCases(source)]
  for (const name of pipelines)
    await engine.scope(async () => {
      for await (const computed of runPipeline(model, cases, name)) expect(computed).toBeDefined()
    })
  expect(texts.count).toBeGreaterThan(30)
  expect(await texts.complaints()).toEqual([])
  model.dispose()
  engine.dispose()
})
