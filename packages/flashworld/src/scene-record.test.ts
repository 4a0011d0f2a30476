import { createHash } from 'node:crypto'
import { camerasToJson, normalizeCameras } from '@flashworld/camera'
import { createReferenceEngine } from '@flashworld/engine'
import { describe, expect, test } from 'vitest'
import { requestContext, smallDefaults } from '../test/requests.ts'
import { stairs } from '../test/scenes.ts'
import { errorCode } from './errors.ts'
import { checkRequest } from './request.ts'
import { unitScale } from './scene.ts'
import type { SceneRecord } from './scene-record.ts'
import {
  camerasInFiles,
  createSceneRecord,
  readSceneRecord,
  recordCameras,
  recordSize,
  requestOfRecord,
} from './scene-record.ts'

const resolution = [3, 32, 64] as const
const image = Uint8Array.of(1, 2, 3)
const context = { ...requestContext, defaults: { ...smallDefaults, model: 'tiny', resolution } }

async function makeRecord(asked: object = { prompt: 'a barn', image, seed: 4 }) {
  const cloud = stairs(9)
  cloud.opacities.fill(1 / 256, 0, 2) // which no file holds
  const request = await checkRequest({ ...asked, resolution }, context)
  const path = request.cameras.map((camera) => ({
    ...camera,
    position: [camera.position[0] * 5, 2, camera.position[2] * 5 - 7] as const,
  }))
  const { prompt, seed } = request
  const scene = { gaussians: cloud, ...normalizeCameras(path), path, seed, prompt, resolution }
  const engine = createReferenceEngine()
  const how = { engine, timings: { text: 0.5 }, seconds: 2, peakBytes: 9 }
  const record = createSceneRecord({ scene, request, ...how }, { 'a.ply': { axes: 'RDF' } })
  return { scene, record, request }
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
    image: { sha256, bytes: 3, base64: 'AQID', width: 192, height: 128 },
  })
  expect(record).toMatchObject({
    seed: 4,
    gaussians: 7,
    seconds: 2,
    model: 'tiny',
    backend: { kind: 'reference' },
  })
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

describe('a record becomes a request again', () => {
  const again = async (record: SceneRecord, change: object = {}) => {
    const read = readSceneRecord(JSON.stringify(record), 'a.scene.json')
    return checkRequest({ ...(await requestOfRecord(read)), ...change }, context)
  }

  test('with a photograph and a template: the same wish, and the same seed unless another is asked for', async () => {
    const { record, request } = await makeRecord()
    expect(await again(record)).toEqual(request)
    expect(record.request.digest).toBe(request.digest)
    expect(await again(record, { seed: 9 })).toEqual({ ...request, seed: 9 })
  })

  test('with cameras: one a frame, as they were', async () => {
    const camera = { fx: 41, fy: 43, cx: 30, cy: 17, quaternion: [0.9, 0.1, 0.3, 0] }
    const cameras = [0.1, 0.7].map((x) => ({ ...camera, position: [x, 1 / 3, -x] }))
    const asked = await checkRequest(
      { prompt: 'x', cameras, resolution, precision: 'f16' },
      context,
    )
    const { record } = await makeRecord({ prompt: 'x', cameras, precision: 'f16' })
    const made = { ...record, cameras: camerasToJson(asked.cameras) }
    const request = await again(made)
    expect(request.digest).toBe(asked.digest)
    expect(request.path).toBeNull()
    expect(request.precision).toBe('f16')
  })

  test('without the photograph it must be given, and be the one', async () => {
    const { record, request } = await makeRecord()
    const { base64, ...without } = record.request.image!
    expect(base64).toBe('AQID')
    const bare = { ...record, request: { ...record.request, image: without } }
    expect(await requestOfRecord(bare, image)).toMatchObject({ image: request.image!.base64 })
    for (const wrong of [undefined, Uint8Array.of(1, 2)]) {
      const reading = requestOfRecord(bare, wrong)
      await expect(reading).rejects.toMatchObject({ code: 'scene/record' })
      await expect(reading).rejects.toThrow(without.sha256)
    }
    const swapped = { ...record.request, image: { ...without, base64: 'AQIE' } }
    await expect(requestOfRecord({ ...record, request: swapped })).rejects.toThrow(without.sha256)
  })
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
