import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectClose } from '../test/expect-close.ts'
import { anyCamera } from '../test/arbitrary.ts'
import {
  IDENTITY_POSE,
  cameraToWorld,
  composePose,
  decomposePose,
  flipCameraAxes,
  flipWorldAxes,
  invertPose,
  multiplyPose,
  rotateVec,
  rotationOf,
} from './pose.ts'
import { axisAngleQuat, dotQuat, quatToMat3 } from './quat.ts'

test('a pose times its inverse is the identity', () => {
  fc.assert(
    fc.property(anyCamera, (camera) => {
      const pose = cameraToWorld(camera)
      const product = multiplyPose(pose, invertPose(pose))
      expectClose(product, IDENTITY_POSE, 1e-10)
    }),
  )
})

test('a pose gives its rotation and position back', () => {
  fc.assert(
    fc.property(anyCamera, (camera) => {
      const { rotation, position } = decomposePose(cameraToWorld(camera))
      expect(position).toEqual(camera.position)
      expect(Math.abs(dotQuat(rotation, camera.rotation))).toBeCloseTo(1, 10)
    }),
  )
})

test('multiplying turns first, then moves', () => {
  const move = composePose([1, 0, 0, 0, 1, 0, 0, 0, 1], [5, 0, 0])
  const turn = composePose(quatToMat3(axisAngleQuat([0, 0, 1], 90)), [0, 0, 0])
  expect(decomposePose(multiplyPose(turn, move)).position[1]).toBeCloseTo(5, 12)
  expect(decomposePose(multiplyPose(move, turn)).position[0]).toBeCloseTo(5, 12)
})

test('an OpenCV camera looks along its +z where an OpenGL one looks along its -z', () => {
  const pose = cameraToWorld({ rotation: axisAngleQuat([0, 1, 0], 90), position: [1, 2, 3] })
  const flipped = flipCameraAxes(pose)
  const ahead = rotateVec(rotationOf(pose), [0, 0, -1])
  expectClose(rotateVec(rotationOf(flipped), [0, 0, 1]), ahead)
  const up = rotateVec(rotationOf(pose), [0, 1, 0])
  expectClose(rotateVec(rotationOf(flipped), [0, -1, 0]), up)
  expectClose(flipCameraAxes(flipped), pose)
})

test('turning the world puts what was above below', () => {
  const pose = cameraToWorld({ rotation: [1, 0, 0, 0], position: [1, 2, 3] })
  expect(decomposePose(flipWorldAxes(pose)).position).toEqual([1, -2, -3])
  expect(flipWorldAxes(flipWorldAxes(pose)).map((v) => v + 0)).toEqual([...pose])
})
