import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectClose } from '../test/expect-close.ts'
import { unitQuat } from '../test/arbitrary.ts'
import { rotateVec } from './matrix.ts'
import {
  angleBetweenQuats,
  axisAngleQuat,
  dotQuat,
  invertQuat,
  mat3ToQuat,
  multiplyQuat,
  normalizeQuat,
  positiveQuat,
  quatToMat3,
  slerpQuat,
} from './quat.ts'

test('a quarter turn about y takes x to -z', () => {
  const [x, y, z] = rotateVec(quatToMat3(axisAngleQuat([0, 1, 0], 90)), [1, 0, 0])
  expect(x).toBeCloseTo(0, 12)
  expect(y).toBeCloseTo(0, 12)
  expect(z).toBeCloseTo(-1, 12)
})

test('quaternion to matrix and back keeps the rotation', () => {
  fc.assert(
    fc.property(unitQuat, (q) => {
      const back = mat3ToQuat(quatToMat3(q))
      const same = positiveQuat(q)
      expect(back[0]).toBeGreaterThanOrEqual(0)
      // A real part near 0 may come back with either sign; the rotation is the same.
      expect(Math.abs(dotQuat(back, same))).toBeCloseTo(1, 10)
    }),
  )
})

test.each([[[0, 1, 0, 0]], [[0, 0, 1, 0]], [[0, 0, 0, 1]], [[1, 0, 0, 0]]] as const)(
  'half turns survive the matrix: %j',
  (q) => {
    expect(mat3ToQuat(quatToMat3(q)).map(Math.abs)).toEqual([...q])
  },
)

test('the length of a quaternion does not change its matrix', () => {
  const a = quatToMat3([0.5, 0.5, 0.5, 0.5])
  expectClose(quatToMat3([3, 3, 3, 3]), a)
})

test('slerp takes the short arc, and the left one when both are the same', () => {
  const a = axisAngleQuat([0, 0, 1], 10)
  const b = axisAngleQuat([0, 0, 1], 50)
  const flipped = b.map((v) => -v) as unknown as typeof b
  const middle = axisAngleQuat([0, 0, 1], 30)
  for (const end of [b, flipped]) {
    expectClose(slerpQuat(a, end, 0.5), middle)
  }
  expect(slerpQuat([1, 0, 0, 0], [-1, 0, 0, 0], 0.7)).toEqual([1, 0, 0, 0])
})

test('a product of quaternions is the product of their matrices', () => {
  fc.assert(
    fc.property(unitQuat, unitQuat, (a, b) => {
      const v = [0.3, -1, 2] as const
      const twice = rotateVec(quatToMat3(a), rotateVec(quatToMat3(b), v))
      const once = rotateVec(quatToMat3(multiplyQuat(a, b)), v)
      expectClose(once, twice, 1e-10)
    }),
  )
})

test('the opposite rotation turns back; the angle between rotations is that of the turn', () => {
  fc.assert(
    fc.property(unitQuat, fc.double({ min: 0, max: 180, noNaN: true }), (q, degrees) => {
      expectClose(multiplyQuat(invertQuat(q), q), [1, 0, 0, 0], 1e-10)
      const turned = multiplyQuat(q, axisAngleQuat([0, 0.6, 0.8], degrees))
      expect(angleBetweenQuats(q, turned)).toBeCloseTo(degrees, 8)
      expect(angleBetweenQuats(turned, q)).toBeCloseTo(degrees, 8)
    }),
  )
})

test('a zero quaternion is refused', () => {
  const make = () => normalizeQuat([0, 0, 0, 0])
  expect(make).toThrow(RangeError)
})
