import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPose } from '../test/arbitrary.ts'
import { expectClose } from '../test/expect-close.ts'
import {
  IDENTITY_POSE,
  composePose,
  decomposePose,
  invertPose,
  multiplyPose,
  poseMatrix,
} from './pose.ts'
import { axisAngleQuat, dotQuat, quatToMat3 } from './quat.ts'

test('a pose times its inverse is the identity', () => {
  fc.assert(
    fc.property(anyPose, (any) => {
      const pose = poseMatrix(any)
      const product = multiplyPose(pose, invertPose(pose))
      expectClose(product, IDENTITY_POSE, 1e-10)
    }),
  )
})

test('a pose gives its rotation and position back', () => {
  fc.assert(
    fc.property(anyPose, (any) => {
      const { rotation, position } = decomposePose(poseMatrix(any))
      expect(position).toEqual(any.position)
      expect(Math.abs(dotQuat(rotation, any.rotation))).toBeCloseTo(1, 10)
    }),
  )
})

test('multiplying turns first, then moves', () => {
  const move = composePose([1, 0, 0, 0, 1, 0, 0, 0, 1], [5, 0, 0])
  const turn = composePose(quatToMat3(axisAngleQuat([0, 0, 1], 90)), [0, 0, 0])
  expect(decomposePose(multiplyPose(turn, move)).position[1]).toBeCloseTo(5, 12)
  expect(decomposePose(multiplyPose(move, turn)).position[0]).toBeCloseTo(5, 12)
})
