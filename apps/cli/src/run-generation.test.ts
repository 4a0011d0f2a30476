import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckedRequest, FlashWorld } from 'flashworld'
import { expect, test } from 'vitest'
import { testSession } from '../test/run-command.ts'
import { temporaryFolder } from '../test/scenes.ts'
import { runGeneration } from './run-generation.ts'

test('a run that is cut short before its scene is done leaves what was there', async () => {
  const model = {
    generateScene: () => Promise.reject(new Error('cut short')),
  } as unknown as FlashWorld
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'house.scene.json'), 'of another scene')
  const run = runGeneration({
    model,
    request: {} as CheckedRequest,
    where: { files: [join(folder, 'house.ply')], force: true },
    session: testSession().session,
  })
  await expect(run).rejects.toThrow('cut short')
  expect(await readdir(folder)).toEqual(['house.scene.json'])
})
