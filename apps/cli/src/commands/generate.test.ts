import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CameraJson } from '@flashworld/camera'
import { readGaussians } from '@flashworld/splats'
import { errorCode, loadFlashWorld, readSceneRecord, writeScene } from 'flashworld'
import { folderSource, nodeImages, openEngine } from 'flashworld/node'
import { expect, onTestFinished, test } from 'vitest'
import { runCommand, testSession } from '../../test/run-command.ts'
import { savePly, stairs, temporaryFolder } from '../../test/scenes.ts'
import { parseCommand } from '../command.ts'
import { generateCommand } from './generate.ts'
import { renderCommand } from './render.ts'

const tiny = ['--model', 'test/goldens/tiny', '--backend', 'wasm', '--threads', '1']
const small = ['--resolution', '2x32x64']

/** Runs the command; gives what it says on standard error. */
async function generate(...args: string[]): Promise<string> {
  const { session, err } = testSession(args)
  await generateCommand.run(parseCommand(generateCommand, [...args, ...tiny]), session)
  return err()
}

const recordAt = async (path: string) => readSceneRecord(await readFile(path, 'utf8'), path)

test("the library's example and the command write the same bytes", async () => {
  const folder = await temporaryFolder()
  const request = { prompt: 'a red barn', resolution: [2, 32, 64], seed: 3 } as const
  const engine = await openEngine({ backend: 'wasm', threads: 1 })
  onTestFinished(() => engine.dispose())
  const source = folderSource('test/goldens/tiny')
  const world = await loadFlashWorld({ engine, source, images: nodeImages })
  const { scene } = await world.generateScene(request)
  for (const name of ['a.ply', 'a.spz']) {
    const path = join(folder, name)
    await generate('a red barn', ...small, '--seed', '3', '--out', path, '--force')
    const ours = Buffer.concat(await Array.fromAsync(writeScene(scene, name)))
    expect((await readFile(path)).equals(ours)).toBe(true)
  }
  const { count } = (await readGaussians(new Uint8Array(await readFile(join(folder, 'a.ply')))))
    .gaussians
  expect((await recordAt(join(folder, 'a.scene.json'))).gaussians).toBe(count)
  // what is there is not written over
  const again = generate('a red barn', ...small, '--out', join(folder, 'a.ply'))
  expect(errorCode(await again.catch((error: unknown) => error))).toBe('output/exists')
})

test('a record is a request: the same scene again, from another folder, with its photograph; or another by another seed', async () => {
  const folder = await temporaryFolder()
  const at = (name: string) => join(folder, name)
  await generate('--request', 'assets/examples/photograph.json', ...small, '--out', at('a.ply'))
  await cp(at('a.scene.json'), at('kept.json'))
  await generate('--request', at('kept.json'), '--out', at('b.ply'))
  expect((await readFile(at('b.ply'))).equals(await readFile(at('a.ply')))).toBe(true)
  const [a, b] = [await recordAt(at('a.scene.json')), await recordAt(at('b.scene.json'))]
  expect(b.request).toEqual(a.request)
  await generate('--request', at('kept.json'), '--seed', '2', '--out', at('c.ply'))
  const c = await recordAt(at('c.scene.json'))
  expect([c.seed, c.request.digest]).toEqual([2, a.request.digest])
  expect((await readFile(at('c.ply'))).equals(await readFile(at('a.ply')))).toBe(false)
})

test('pixels stay with their pictures when another resolution is asked for; a path replaces cameras', async () => {
  const folder = await temporaryFolder()
  const at = (name: string) => join(folder, name)
  const camera: CameraJson = {
    position: [0, 0, 0],
    quaternion: [1, 0, 0, 0],
    fx: 128,
    fy: 128,
    cx: 128,
    cy: 64,
  }
  const cameras = [camera, { ...camera, position: [0, 0, -0.5] }]
  const request = { prompt: 'x', resolution: [2, 128, 256], cameras, seed: 1 }
  await writeFile(at('request.json'), JSON.stringify(request))
  await generate('--request', at('request.json'), ...small, '--out', at('a.ply'))
  const { cameras: used } = await recordAt(at('a.scene.json'))
  expect(used[0]).toMatchObject({ fx: 32, fy: 32, cx: 32, cy: 16, width: 64, height: 32 })
  const byPath = ['--request', at('request.json'), '--path', 'spiral', ...small]
  await generate(...byPath, '--out', at('b.ply'))
  expect((await recordAt(at('b.scene.json'))).request.path).toBe('spiral')
})

test('a damaged photograph and a size that the model does not know are said before the model loads', async () => {
  const folder = await temporaryFolder()
  const image = 'packages/flashworld/test/images/damaged-marker.jpg'
  const said = await generate('--image', image, ...small, '--out', join(folder, 'a.splat'))
  const [damaged, untrained] = said.split('\n')
  expect(damaged).toMatch(/^note: image: opened although it is damaged: .*SOS/)
  expect(untrained).toMatch(/^note: resolution: 'tiny' was trained on 8 to 24 frames/)
})

test('a model that a request names must be the one that is there', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'request.json')
  await writeFile(path, JSON.stringify({ prompt: 'x', model: 'flashworld' }))
  const { session } = testSession()
  const args = ['--request', path, '--out', join(folder, 'a.ply')]
  const run = generateCommand.run(parseCommand(generateCommand, args), session)
  expect(errorCode(await run.catch((error: unknown) => error))).toBe('request/model')
})

test('render says which cameras see nothing', async () => {
  const folder = await temporaryFolder()
  const scene = await savePly(stairs(9), folder)
  const still = [scene, '--path', 'pan-left:180', '--size', '64x48', '--out', join(folder, 'a.png')]
  const args = [...still, '--backend', 'wasm', '--threads', '1', '--still']
  const { session, err } = testSession()
  await renderCommand.run(parseCommand(renderCommand, [...args, '8']), session)
  expect(err()).toContain('note: 1 of 1 cameras see nothing of the scene')
  expect(await runCommand(renderCommand, ...args, '0', '--force')).not.toContain('note')
})
