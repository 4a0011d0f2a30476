import { axisAngleQuat, poseMatrix, rotateVec, rotationOf, translationOf } from '@flashworld/math'
import { expect, test } from 'vitest'
import { expectClose } from '../../test/expect-close.ts'
import { fromOpenCvPose, toOpenCvPose } from './opencv-pose.ts'

const camera = { rotation: axisAngleQuat([0, 1, 0], 90), position: [1, 2, 3] } as const

test('an OpenCV camera looks along its +z where an OpenGL one looks along its -z', () => {
  const flipped = rotationOf(toOpenCvPose(camera, 'rub'))
  const own = rotationOf(poseMatrix(camera))
  expectClose(rotateVec(flipped, [0, 0, 1]), rotateVec(own, [0, 0, -1]))
  expectClose(rotateVec(flipped, [0, -1, 0]), rotateVec(own, [0, 1, 0]))
})

test('turning the world puts what was above below', () => {
  expect(translationOf(toOpenCvPose(camera, 'rdf'))).toEqual([1, -2, -3])
})

test.each(['rub', 'rdf'] as const)('there and back is where it was (%s)', (world) => {
  const again = fromOpenCvPose(toOpenCvPose(camera, world), world)
  expectClose([...again.rotation, ...again.position], [...camera.rotation, ...camera.position])
})
