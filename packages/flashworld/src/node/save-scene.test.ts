import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReferenceEngine } from '@flashworld/engine'
import { expect, test } from 'vitest'
import { requestContext } from '../../test/requests.ts'
import { collectBytes, smallScene, temporaryFolder } from '../../test/scenes.ts'
import { errorCode } from '../errors.ts'
import { checkRequest } from '../request.ts'
import type { Generated } from '../scene.ts'
import { writeScene } from '../scene-file.ts'
import { readRecord, readScene } from './read-scene.ts'
import type { SceneFiles, WrittenFile } from './save-scene.ts'
import { checkSceneFiles, saveScene } from './save-scene.ts'
import { sceneEndings } from './scene-output.ts'

/** A scene of twelve Gaussians, of which files hold ten. */
async function generated(): Promise<Generated> {
  const scene = smallScene(12)
  scene.gaussians.opacities.fill(1 / 300, 0, 2)
  const asked = { prompt: 'a barn', path: 'truck-left:3', resolution: scene.resolution, seed: 1 }
  const request = await checkRequest(asked, requestContext)
  const engine = createReferenceEngine()
  return { scene, request, engine, timings: {}, seconds: 1, peakBytes: 1 }
}

async function save(where: SceneFiles, extras?: () => AsyncIterable<WrittenFile>) {
  const made = await generated()
  const files: WrittenFile[] = []
  for await (const file of saveScene(made, where, { ...(extras && { extras }) })) files.push(file)
  return { ...made, files }
}

test('files, smaller versions, what else there is, and last the record, which tells what the files hold', async () => {
  const folder = await temporaryFolder()
  const at = (name: string) => join(folder, name)
  async function* extras() {
    yield { path: 'extra', bytes: 0 }
  }
  const { files, scene } = await save({ files: [at('a.ply'), at('a.spz')], tiers: [10, 4] }, extras)
  expect(files.map(({ path, gaussians }) => [path, gaussians])).toEqual([
    [at('a.ply'), 10],
    [at('a.spz'), 10],
    [at('a.4.ply'), 4],
    [at('a.4.scene.json'), undefined],
    ['extra', undefined],
    [at('a.scene.json'), undefined],
  ])
  expect(files[2]!.psnr).toBeGreaterThan(0)
  for (const [name, count] of [
    ['a', 10],
    ['a.4', 4],
  ] as const) {
    expect((await readRecord(at(`${name}.scene.json`))).gaussians).toBe(count)
    expect((await readScene(at(`${name}.ply`))).gaussians.count).toBe(count)
  }
  expect(Object.keys((await readRecord(at('a.scene.json'))).files)).toEqual(['a.ply', 'a.spz'])
  // the library's stream and the saved file are the same
  for (const name of ['a.ply', 'a.spz']) {
    expect(await readFile(at(name))).toEqual(await collectBytes(writeScene(scene, name)))
  }
})

test.each(sceneEndings)('a scene can be written as %s, with its record', async (ending) => {
  const folder = await temporaryFolder()
  await save({ files: [join(folder, `house${ending}`)] })
  expect((await readdir(folder)).sort()).toEqual([`house${ending}`, 'house.scene.json'].sort())
  const { files } = await readRecord(join(folder, 'house.scene.json'))
  expect(files[`house${ending}`]!.axes).toMatch(/^[RL][UD][FB]$/)
})

test('nothing that is there is written over without force: neither file, smaller version nor record', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'a.ply')
  for (const name of ['a.ply', 'a.scene.json', 'a.4.ply', 'a.4.scene.json']) {
    const path = join(folder, name)
    const where = { files: [file], tiers: [4] }
    await checkSceneFiles(where)
    await writeFile(path, 'of another scene')
    const codeOf = (work: Promise<unknown>) => work.then(() => undefined, errorCode)
    expect(await codeOf(checkSceneFiles(where))).toBe('output/exists')
    expect(await codeOf(save(where))).toBe('output/exists')
    expect(await readFile(path, 'utf8')).toBe('of another scene')
    expect(await readdir(folder)).toEqual([name])
    await save({ ...where, force: true })
    for (const left of await readdir(folder)) await rm(join(folder, left))
  }
})

test('a save that is cut short leaves no record of an earlier scene beside the new files', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'a.scene.json'), 'of another scene')
  const files = [join(folder, 'a.ply'), join(folder, 'a.spz')]
  const stop = new AbortController()
  const saving = saveScene(await generated(), { files, force: true }, { signal: stop.signal })
  await saving.next()
  stop.abort(new Error('cut short'))
  await expect(saving.next()).rejects.toThrow('cut short')
  expect(await readdir(folder)).toEqual(['a.ply'])
})

test('a name that says no format is refused before anything is written', async () => {
  const where = { files: [join(await temporaryFolder(), 'a.xyz')] }
  expect(await checkSceneFiles(where).catch(errorCode)).toBe('splats/unknown-format')
})
