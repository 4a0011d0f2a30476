import { createHash } from 'node:crypto'
import { normalizeCameras, templatePath } from '@flashworld/camera'
import { createReferenceEngine } from '@flashworld/engine'
import { expect, test } from 'vitest'
import { stairs } from '../test/scenes.ts'
import { errorCode } from './errors.ts'
import { checkRequest } from './request.ts'
import { unitScale } from './scene.ts'
import {
  camerasInFiles,
  createSceneRecord,
  readSceneRecord,
  recordCameras,
  recordSize,
  requestDigest,
} from './scene-record.ts'

const resolution = [3, 32, 64] as const
const defaults = { resolution, path: 'orbit-left', lookDown: 12 }
const image = Uint8Array.of(1, 2, 3)

async function makeRecord() {
  const cloud = stairs(9)
  cloud.opacities.fill(1 / 256, 0, 2) // which no file holds
  const moved = templatePath('orbit-left', { count: 3, size: { width: 64, height: 32 } })
  const path = moved.map((camera) => ({
    ...camera,
    position: [camera.position[0] * 5, 2, camera.position[2] * 5 - 7] as const,
  }))
  const normalized = normalizeCameras(path)
  const request = checkRequest({ prompt: 'a barn', image, seed: 4 }, defaults)
  const scene = {
    gaussians: cloud,
    ...normalized,
    path,
    seed: 4,
    prompt: 'a barn',
    resolution,
  }
  const done = { type: 'done', timings: { text: 0.5 }, seconds: 2, peakBytes: 9 } as const
  const engine = createReferenceEngine()
  const record = await createSceneRecord({
    scene,
    request,
    done,
    engine,
    model: 'tiny',
    files: { 'a.ply': { axes: 'RDF' } },
  })
  return { scene, record }
}

test('comes back from JSON as it was, and knows how the scene was made', async () => {
  const { record } = await makeRecord()
  expect(readSceneRecord(JSON.stringify(record), 'a.scene.json')).toEqual(
    JSON.parse(JSON.stringify(record)),
  )
  const sha256 = createHash('sha256').update(image).digest('hex')
  expect(record.request).toMatchObject({
    prompt: 'a barn',
    path: 'orbit-left',
    lookDown: 12,
    image: { sha256, bytes: 3 },
  })
  expect(record).toMatchObject({
    seed: 4,
    gaussians: 7,
    seconds: 2,
    model: 'tiny',
    backend: { kind: 'reference' },
  })
  expect(JSON.stringify(record)).not.toContain(Buffer.from(image).toString('base64'))
})

test("its cameras, brought into the files' frame, are the model's times the unit", async () => {
  const { record, scene } = await makeRecord()
  expect(recordSize(record)).toEqual({ width: 64, height: 32 })
  const unit = unitScale(scene.frame)
  camerasInFiles(recordCameras(record), record).forEach((camera, i) => {
    const expected = scene.cameras[i]!
    camera.position.forEach((value, k) =>
      expect(value).toBeCloseTo(expected.position[k]! * unit, 10),
    )
    camera.rotation.forEach((value, k) => expect(value).toBeCloseTo(expected.rotation[k]!, 10))
    expect(camera.fy).toBeCloseTo(expected.fy, 12)
  })
})

test('the digest is that of the wish: not of its seed, nor of the names it came by', async () => {
  const digest = (request: object) => requestDigest(checkRequest(request, defaults))
  const first = await digest({ prompt: 'x', image, seed: 1 })
  expect(
    await digest({ text_prompt: 'x', image_prompt: Buffer.from(image).toString('base64') }),
  ).toBe(first)
  for (const other of [
    { prompt: 'y', image },
    { prompt: 'x' },
    { prompt: 'x', image, path: 'spiral' },
    { prompt: 'x', image, lookDown: 3 },
    { prompt: 'x', image, imageIndex: 1 },
  ]) {
    expect(await digest(other)).not.toBe(first)
  }
})

test('refuses what is no record, and says why', async () => {
  const { record } = await makeRecord()
  const messageOf = (value: unknown) => {
    try {
      readSceneRecord(typeof value === 'string' ? value : JSON.stringify(value), 'a.scene.json')
    } catch (error) {
      expect(errorCode(error)).toBe('scene/record')
      return (error as Error).message
    }
    return 'accepted'
  }
  expect(messageOf('{')).toContain('a.scene.json: expected JSON')
  expect(messageOf(null)).toContain('expected a scene record')
  expect(messageOf([])).toContain('expected a scene record')
  expect(messageOf({ ...record, version: 2 })).toContain(
    'expected version 1 of a scene record, got 2',
  )
  expect(messageOf({ ...record, format: 'other' })).toContain('format')
  expect(messageOf({ ...record, frame: { ...record.frame, reference: [1, 2] } })).toContain(
    'frame.reference',
  )
  expect(messageOf({ ...record, unitScale: 0 })).toContain('unitScale')
  expect(messageOf({ ...record, files: { 'a.ply': { axes: 'XYZ' } } })).toContain(
    'files.a.ply.axes',
  )
  expect(messageOf({ ...record, cameras: undefined })).toContain('cameras')
  expect(messageOf({ ...record, later: 'addition' })).toBe('accepted')
})
