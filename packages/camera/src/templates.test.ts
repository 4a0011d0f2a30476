import { expect, test } from 'vitest'
import { poseMatrix, rotateVec, rotationOf } from '@flashworld/math'
import { expectClose } from '../test/expect-close.ts'
import { packCameras } from './camera.ts'
import { PATH_TEMPLATES, parseMoves, templatePath } from './templates.ts'

const size = { width: 704, height: 480 }
const options = { count: 9, size }
const ahead = (camera: ReturnType<typeof templatePath>[number]) =>
  rotateVec(rotationOf(poseMatrix(camera)), [0, 0, -1])

const names = PATH_TEMPLATES.map((t) => t.name)

test.each(names)('%s starts at the identity and moves evenly', (name) => {
  const path = templatePath(name, { count: 200, size })
  expect(path[0]).toMatchObject({ rotation: [1, 0, 0, 0] })
  expectClose(path[0]!.position, [0, 0, 0])
  const packed = packCameras(path)
  expect(packed.every(Number.isFinite)).toBe(true)
  expect(packCameras(path.slice(100, 101))).not.toEqual(packCameras(path.slice(0, 1)))
  for (let i = 1; i < path.length; i++) {
    for (let k = 0; k < 11; k++) {
      expect(Math.abs(packed[i * 11 + k]! - packed[i * 11 - 11 + k]!)).toBeLessThan(0.03)
    }
  }
})

test.each([
  ['dolly-forward:2', [0, 0, -2]],
  ['dolly-back:2', [0, 0, 2]],
  ['truck-left:0.5', [-0.5, 0, 0]],
  ['truck-right:0.5', [0.5, 0, 0]],
  ['pedestal-up:1', [0, 1, 0]],
  ['pedestal-down:1', [0, -1, 0]],
  ['orbit-right:90', [1, 0, -1]],
  ['orbit-left:90', [-1, 0, -1]],
  ['orbit-right:180', [0, 0, -2]],
  ['arc-right:90', [0.7, 0, -1]],
  ['crane-up:1', [0, 1, 0]],
  ['pan-left', [0, 0, 0]],
  ['look-around', [0, 0, 0]],
])('%s ends at %j', (text, place) => {
  const last = templatePath(text, options).at(-1)!
  expectClose(last.position, place)
})

test.each([
  ['dolly-forward', [0, 0, -1]],
  ['pan-left:90', [-1, 0, 0]],
  ['pan-right:90', [1, 0, 0]],
  ['tilt-up:90', [0, 1, 0]],
  ['tilt-down:90', [0, -1, 0]],
  ['orbit-right:90', [-1, 0, 0]],
  ['orbit-left:90', [1, 0, 0]],
  ['crane-up:1', [0, -Math.SQRT1_2, -Math.SQRT1_2]],
])('%s ends looking along %j', (text, direction) => {
  expectClose(ahead(templatePath(text, options).at(-1)!), direction)
})

test.each(['orbit-left:200', 'arc-right', 'crane-up', 'crane-down:2', 'spiral:0.4'])(
  '%s keeps the subject in the middle, at any distance',
  (text) => {
    for (const camera of templatePath(text, { ...options, distance: 3 })) {
      const toSubject = camera.position.map((v, i) => [0, 0, -3][i]! - v)
      const distance = Math.hypot(...toSubject)
      expectClose(
        ahead(camera),
        toSubject.map((v) => v / distance),
      )
    }
  },
)

test('look-around goes left, right and back', () => {
  const path = templatePath('look-around:30', { count: 5, size })
  expect(path.map((c) => Math.round(ahead(c)[0] * 100) / 100 + 0)).toEqual([0, -0.5, 0, 0.5, 0])
})

test('moves follow one another in the axes of the camera', () => {
  const path = templatePath('pan-left:90, dolly-forward:2', { count: 5, size })
  expect(path).toHaveLength(5)
  expectClose(path[2]!.position, [0, 0, 0])
  expectClose(path[4]!.position, [-2, 0, 0])
})

test.each([
  'orbit-left:60',
  'arc-right:60',
  'pan-right:60',
  'look-around',
  'tilt-down:20,orbit-right:90',
  'crane-up,pan-left:40',
])('%s keeps the horizon level where the first camera looks down', (text) => {
  const radians = (25 * Math.PI) / 180
  const up = [0, Math.cos(radians), Math.sin(radians)]
  const tilts = (path: ReturnType<typeof templatePath>) =>
    path.map((camera) => {
      const right = rotateVec(rotationOf(poseMatrix(camera)), [1, 0, 0])
      return right.reduce((sum, v, i) => sum + v * up[i]!, 0)
    })
  for (const tilt of tilts(templatePath(text, { ...options, lookDown: 25 })))
    expect(tilt).toBeCloseTo(0, 6)
  expect(Math.max(...tilts(templatePath(text, options)).map(Math.abs))).toBeGreaterThan(0.05)
})

test.each(['orbit-left:200', 'arc-right'])(
  '%s keeps the subject in the middle where the first camera looks down',
  (text) => {
    for (const camera of templatePath(text, { ...options, lookDown: 25 })) {
      const toSubject = camera.position.map((v, i) => [0, 0, -1][i]! - v)
      const distance = Math.hypot(...toSubject)
      expectClose(
        ahead(camera),
        toSubject.map((v) => v / distance),
      )
    }
  },
)

test('amounts default to the template, distance scales lengths', () => {
  expect(parseMoves('dolly-forward,orbit-left:45')).toEqual([
    { name: 'dolly-forward', amount: 0.42 },
    { name: 'orbit-left', amount: 45 },
  ])
  const far = templatePath('dolly-forward', { ...options, distance: 10 })
  expectClose(far.at(-1)!.position, [0, 0, -4.2])
})

test.each([
  ['', "got ''"],
  ['zoom', 'expected one of dolly-forward, dolly-back'],
  ['toString', "got 'toString'"],
  ['orbit-left:', 'NAME[:AMOUNT]'],
  ['orbit-left:1:2', 'NAME[:AMOUNT]'],
  ['orbit-left:x', 'above 0 to 360 degrees, got x'],
  ['orbit-left:-5', 'got -5'],
  ['orbit-left:0', 'got 0'],
  ['orbit-left:361', 'got 361'],
  ['dolly-back:Infinity', 'got Infinity'],
  ['dolly-back,', "got ''"],
  [Array.from({ length: 17 }, () => 'pan-left').join(), '1 to 16 moves'],
])("'%s' is refused", (text, message) => {
  const make = () => templatePath(text, options)
  expect(make).toThrow(message)
  expect(make).toThrow(expect.objectContaining({ code: 'camera/template' }))
})

test('a path needs two cameras and a distance', () => {
  expect(() => templatePath('pan-left', { count: 1, size })).toThrow('2 to 4096')
  expect(() => templatePath('pan-left', { ...options, distance: 0 })).toThrow('distance')
  expect(() => templatePath('pan-left', { ...options, lookDown: 90 })).toThrow(
    'lookDown: expected -89 to 89',
  )
})
