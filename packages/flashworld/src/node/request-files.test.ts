import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createReferenceEngine } from '@flashworld/engine'
import { requestContext } from '../../test/requests.ts'
import { smallScene } from '../../test/scenes.ts'
import { checkRequest } from '../request.ts'
import { createSceneRecord } from '../scene-record.ts'
import { readRequest } from './request-files.ts'

test('an image is read from beside the request', async () => {
  const request = await readRequest('assets/examples/photograph.json')
  expect(request).toMatchObject({
    image: (await readFile('assets/examples/photograph.png')).toString('base64'),
    prompt: '',
    imageIndex: 0,
    resolution: [12, 128, 192],
  })
})

test('a data URL stays what it is; a file outside of the folder is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'request-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const read = async (image: string) => {
    await writeFile(join(folder, 'a.json'), JSON.stringify({ image }))
    return readRequest(join(folder, 'a.json'))
  }
  expect(await read('data:image/png;base64,AQID')).toEqual({ image: 'data:image/png;base64,AQID' })
  await expect(read('../photograph.png')).rejects.toThrow(
    "expected a file in the request's folder, got '../photograph.png'",
  )
  await expect(read('none.png')).rejects.toMatchObject({ code: 'input/unreadable' })
})

test("a scene's record is a request too", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'request-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'house.scene.json')
  const scene = smallScene(3)
  const asked = { prompt: 'a barn', image: 'AQID', path: 'truck-left:3', seed: 5 }
  const request = await checkRequest({ ...asked, resolution: scene.resolution }, requestContext)
  const how = { engine: createReferenceEngine(), timings: {}, seconds: 1, peakBytes: 1 }
  const record = createSceneRecord({ scene: { ...scene, seed: 5 }, request, ...how }, {})
  await writeFile(path, JSON.stringify(record))
  expect(await checkRequest(await readRequest(path), requestContext)).toEqual(request)
  await writeFile(path, JSON.stringify({ ...record, version: 2 }))
  await expect(readRequest(path)).rejects.toMatchObject({ code: 'scene/record' })
})
