import { expect, test } from 'vitest'
import { lensFromFov } from '@flashworld/camera'
import { IDENTITY_QUAT } from '@flashworld/math'
import { parseRequest } from 'flashworld'
import type { Project } from '../project/project.ts'
import { adviceFor, mayBeRepeated } from './advice.ts'
import { planPhotograph, requestOf, seedsOf } from './request.ts'

const output = { width: 192, height: 128 }
const whole = { left: 0, top: 0, width: 1, height: 1 }

const project: Project = {
  name: 'House',
  sentence: ' a red house ',
  photograph: null,
  path: { keys: [], aim: { kind: 'drawn' }, smooth: true, loop: 'off' },
  scene: { frames: 12, ...output, seed: 5, worlds: 3 },
}
const photograph = {
  name: 'a.jpg',
  file: new Blob(['x']),
  size: { width: 300, height: 200 },
  crop: whole,
  frame: 20,
}
const camera = { position: [0, 0, 0], rotation: IDENTITY_QUAT, ...lensFromFov(output) } as const

test('a project asks for its sentence, size and cameras, each with the picture of its pixels', () => {
  const request = requestOf(project, [camera, camera])
  expect(request).toMatchObject({ prompt: 'a red house', resolution: [12, 128, 192] })
  expect(request.cameras![1]).toMatchObject({ width: 192, height: 128, cx: 96, cy: 64 })
  expect(request).not.toHaveProperty('imageIndex')
  expect(parseRequest(request)).toEqual(request)
})

test('a photograph is seen by its frame, at the latest by the last', () => {
  expect(requestOf({ ...project, photograph }, [camera, camera]).imageIndex).toBe(11)
  const early = { ...photograph, frame: 4 }
  expect(requestOf({ ...project, photograph: early }, [camera, camera]).imageIndex).toBe(4)
})

test('worlds of one wish have seeds of their own', () => {
  expect(seedsOf(project.scene)).toEqual([5, 6, 7])
  let next = 40
  expect(seedsOf({ ...project.scene, seed: null, worlds: 2 }, () => next++)).toEqual([40, 41])
})

test('the middle of a photograph goes as it is, another part is cut no finer than it is seen', () => {
  expect(planPhotograph(photograph, output)).toEqual({ kind: 'file' })
  // 4:3 seen as 3:2: all of its width, the middle of its height
  const tall = { ...photograph, size: { width: 1200, height: 900 } }
  const middle = { left: 0, top: 50 / 900, width: 1, height: 800 / 900 }
  expect(planPhotograph({ ...tall, crop: middle }, output)).toEqual({ kind: 'file' })
  const upper = { ...middle, top: 0 }
  expect(planPhotograph({ ...tall, crop: upper }, output)).toEqual({
    kind: 'part',
    part: upper,
    size: { width: 384, height: 256 },
  })
  // a file that is larger than anyone waits for is drawn anew
  const heavy = { size: 9 * 2 ** 20 } as Blob
  expect(planPhotograph({ ...tall, crop: middle, file: heavy }, output)).toMatchObject({
    kind: 'part',
    size: { width: 384, height: 256 },
  })
  // a part that is smaller than what is made of it is not blown up
  const corner = { left: 0, top: 0, width: 0.1, height: 80 / 900 }
  expect(planPhotograph({ ...tall, crop: corner }, output)).toMatchObject({
    size: { width: 120, height: 80 },
  })
})

test('every failure has its advice', () => {
  expect(adviceFor({ code: 'server/unreachable' })).toBe('start')
  expect(adviceFor({ code: 'image/unreadable' })).toBe('photograph')
  expect(adviceFor({ code: 'image/busy' })).toBe('wait')
  expect(adviceFor({ code: 'scene/not-finite' })).toBe('report')
  expect(mayBeRepeated({ code: 'engine/lost' })).toBe(true)
  expect(mayBeRepeated({ code: 'request/invalid' })).toBe(false)
})
