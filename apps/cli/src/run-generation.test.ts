import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { normalizeCameras, templatePath } from '@flashworld/camera'
import type { FlashWorld, GenerateEvent } from 'flashworld'
import { expect, test } from 'vitest'
import { testSession } from '../test/run-command.ts'
import { stairs, temporaryFolder } from '../test/scenes.ts'
import { runGeneration } from './run-generation.ts'

test('a run that is cut short before its scene is done leaves what was there', async () => {
  const resolution = [2, 32, 64] as const
  const path = templatePath('orbit-left', { count: 2, size: { width: 64, height: 32 } })
  const scene = {
    gaussians: stairs(8),
    ...normalizeCameras(path),
    path,
    seed: 1,
    prompt: 'x',
    resolution,
  }
  async function* generate(): AsyncGenerator<GenerateEvent> {
    yield { type: 'scene', scene }
    throw new Error('cut short')
  }
  const model = {
    defaults: { resolution, path: 'orbit-left', lookDown: 0 },
    generate,
  } as unknown as FlashWorld
  const folder = await temporaryFolder()
  const file = join(folder, 'house.ply')
  await writeFile(join(folder, 'house.scene.json'), 'of another scene')
  const run = runGeneration({
    model,
    modelName: 'x',
    request: { prompt: 'x' },
    where: { files: [file], force: true },
    session: testSession().session,
  })
  await expect(run).rejects.toThrow('cut short')
  expect(await readdir(folder)).toEqual(['house.scene.json'])
})
