import { axisAngleQuat } from '@flashworld/math'
import { expect, test } from 'vitest'
import { frustumCorners, frustumDepth, frustumLines } from './frusta.ts'

const view = { position: [1, 2, 3], rotation: [1, 0, 0, 0], fovDegrees: 90 } as const

test('the corners are the picture at its distance, the angle along its longer side', () => {
  const corners = frustumCorners(view, { width: 400, height: 200 }, 2).flat()
  const expected = [-1, 3, 1, 3, 3, 1, 3, 1, 1, -1, 1, 1]
  expect(corners).toEqual(expected.map((value) => expect.closeTo(value, 10)))
  const [topLeft, topRight] = frustumCorners(view, { width: 200, height: 400 }, 2)
  expect(topRight[0] - topLeft[0]).toBeCloseTo(2, 12)
})

test('a camera is ten lines: from its centre, around its picture, and a mark on its upper side', () => {
  const turned = { ...view, rotation: axisAngleQuat([0, 0, 1], 180) }
  const lines = frustumLines(turned, { width: 400, height: 200 }, 2)
  expect(lines).toHaveLength(60)
  expect(lines.slice(0, 3)).toEqual([1, 2, 3])
  // on its head, the mark is below
  expect(Math.min(...lines.filter((_, i) => i % 3 === 1))).toBeLessThan(1)
})

test('cameras that stand close are drawn smaller, and never too small to be seen', () => {
  const spaced = (gap: number) => Array.from({ length: 5 }, (_, i) => [i * gap, 0, 0] as const)
  expect(frustumDepth([])).toBe(0.14)
  expect(frustumDepth(spaced(1))).toBe(0.14)
  expect(frustumDepth(spaced(0))).toBe(0.14)
  expect(frustumDepth(spaced(0.1))).toBeCloseTo(0.08, 10)
  expect(frustumDepth(spaced(0.001))).toBeCloseTo(0.14 / 3, 10)
  // one that turns on the spot among them changes nothing
  expect(frustumDepth([...spaced(0.1), [0.4, 0, 0]])).toBeCloseTo(0.08, 10)
})
