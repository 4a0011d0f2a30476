import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unitQuat } from '../test/arbitrary.ts'
import { expectClose } from '../test/expect-close.ts'
import { anglesOfQuat, forwardOf, lookQuat, quatOfAngles, upOf } from './look.ts'
import type { Quat } from './quat.ts'
import { dotQuat } from './quat.ts'
import type { Vec3 } from './vector.ts'
import { dotVec } from './vector.ts'

const angle = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
const expectSame = (a: Quat, b: Quat) => {
  expect(Math.abs(dotQuat(a, b))).toBeCloseTo(1, 10)
}

test('angles and rotation give each other back', () => {
  fc.assert(fc.property(unitQuat, (q) => expectSame(quatOfAngles(anglesOfQuat(q)), q)))
  fc.assert(
    fc.property(angle(179), angle(89), angle(179), (yaw, pitch, roll) => {
      const back = anglesOfQuat(quatOfAngles({ yaw, pitch, roll }))
      expectClose([back.yaw, back.pitch, back.roll], [yaw, pitch, roll], 1e-9)
    }),
  )
})

test('yaw looks left, pitch looks up, roll tips to the left', () => {
  const half = Math.SQRT1_2
  expectClose(forwardOf(quatOfAngles({ yaw: 45, pitch: 0, roll: 0 })), [-half, 0, -half])
  expectClose(forwardOf(quatOfAngles({ yaw: 0, pitch: 45, roll: 0 })), [0, half, -half])
  expectClose(upOf(quatOfAngles({ yaw: 0, pitch: 0, roll: 45 })), [-half, half, 0])
})

test.each([90, -90])('at a pitch of %d the heading is yaw, and the roll 0', (pitch) => {
  const q = quatOfAngles({ yaw: 30, pitch, roll: 0 })
  const angles = anglesOfQuat(q)
  expectClose([angles.yaw, angles.pitch, angles.roll], [30, pitch, 0], 1e-9)
  const rolled = quatOfAngles({ yaw: 30, pitch, roll: 50 })
  expectSame(quatOfAngles(anglesOfQuat(rolled)), rolled)
})

test('looking in a direction looks there, upright', () => {
  const part = angle(1)
  fc.assert(
    fc.property(fc.tuple(part, part, part), (direction) => {
      const length = Math.hypot(...direction)
      fc.pre(length > 0.01 && Math.hypot(direction[0], direction[2]) > 0.01)
      const q = lookQuat(direction)!
      expect(dotVec(forwardOf(q), direction) / length).toBeCloseTo(1, 10)
      expect(upOf(q)[1]).toBeGreaterThan(0)
      expect(Math.abs(anglesOfQuat(q).roll)).toBeLessThan(1e-6)
    }),
  )
})

test.each([
  ['nowhere', [0, 0, 0]],
  ['straight up', [0, 2, 0]],
  ['straight down', [0, -1e-3, 0]],
] as const)('looking %s is not one rotation', (_, direction) => {
  expect(lookQuat(direction as Vec3)).toBeUndefined()
})

test('another up may be given', () => {
  const q = lookQuat([0, -1, 0], [0, 0, -3])!
  expectClose(forwardOf(q), [0, -1, 0])
  expectClose(upOf(q), [0, 0, -1])
})
