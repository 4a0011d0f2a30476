import { axisAngleQuat } from '@flashworld/math'
import { expect, test } from 'vitest'
import type { Camera } from './camera.ts'
import { lensFromFov } from './lens.ts'
import { seenBy, sharesView } from './sight.ts'

/** 60 degrees wide, 42 high; turned to the left about the vertical. */
const camera = (turn: number, position: Camera['position'] = [0, 0, 0]): Camera => ({
  rotation: axisAngleQuat([0, 1, 0], turn),
  position,
  ...lensFromFov({ width: 192, height: 128 }, 60),
})

test.each([
  ['itself', camera(0), true],
  ['turned by less than its width', camera(55), true],
  ['turned by more than its width', camera(65), false],
  ['turned around', camera(180), false],
  ['facing it', camera(180, [0, 0, -4]), true],
  ['back to back', camera(180, [0, 0, 4]), false],
  ['far ahead, looking the same way', camera(0, [0, 0, -1000]), true],
  ['beside it, looking the same way', camera(0, [50, 0, 0]), true],
  ['to the right, looking left across', camera(90, [3, 0, -3]), true],
  ['to the left, looking left away', camera(90, [-3, 0, 0]), false],
])('a camera and one that is %s', (_, second, shared) => {
  expect(sharesView(camera(0), second)).toBe(shared)
  expect(sharesView(second, camera(0))).toBe(shared)
})

test('a ball is seen where it reaches into the view', () => {
  const sees = seenBy(camera(0))
  expect(sees([0, 0, -5], 0)).toBe(true)
  expect(sees([0, 0, 5], 0)).toBe(false)
  expect(sees([0, 3, -5], 0.1)).toBe(false)
  expect(sees([0, 3, -5], 1.5)).toBe(true)
})
