import type { Camera } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import { axisAngleQuat } from '@flashworld/math'
import { allocateGaussians } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { camerasThatSeeNothing } from './views.ts'

/** 60 degrees wide, 42 high; turned to the left about the vertical. */
const camera = (turn: number, position: Camera['position'] = [0, 0, 0]): Camera => ({
  rotation: axisAngleQuat([0, 1, 0], turn),
  position,
  ...lensFromFov({ width: 192, height: 128 }, 60),
})

function ball(position: readonly [number, number, number], scale: number) {
  const cloud = allocateGaussians(1, 0)
  cloud.positions.set(position)
  cloud.scales.fill(scale)
  return cloud
}

test('cameras that see nothing of a cloud are told by their index', () => {
  const cameras = [camera(0), camera(90), camera(-90), camera(180)]
  expect(camerasThatSeeNothing(ball([0, 0, -5], 0.1), cameras)).toEqual([1, 2, 3])
  expect(camerasThatSeeNothing(ball([-5, 0, 0], 0.1), cameras)).toEqual([0, 2, 3])
  // above the view, then so large that it reaches into it
  expect(camerasThatSeeNothing(ball([0, 3, -5], 0.1), cameras)).toEqual([0, 1, 2, 3])
  expect(camerasThatSeeNothing(ball([0, 3, -5], 0.5), cameras)).toEqual([1, 2, 3])
  expect(camerasThatSeeNothing(ball([0, -3, -5], 0.1), cameras)).toEqual([0, 1, 2, 3])
  // around all of them
  expect(camerasThatSeeNothing(ball([0, 0, 0], 1), cameras)).toEqual([])
  expect(camerasThatSeeNothing(allocateGaussians(0, 0), cameras)).toEqual([0, 1, 2, 3])
})

test('the principal point counts', () => {
  const toTheSide = { ...camera(0), cx: 1 } // sees only what is left of its axis
  expect(camerasThatSeeNothing(ball([1, 0, -5], 0.01), [toTheSide])).toEqual([0])
  expect(camerasThatSeeNothing(ball([-1, 0, -5], 0.01), [toTheSide])).toEqual([])
  const below = { ...camera(0), cy: 0 } // sees only what is below its axis
  expect(camerasThatSeeNothing(ball([0, 1, -5], 0.01), [below])).toEqual([0])
  expect(camerasThatSeeNothing(ball([0, -1, -5], 0.01), [below])).toEqual([])
})
