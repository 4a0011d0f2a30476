import { expect, test } from 'vitest'
import {
  addVec,
  crossVec,
  distanceVec,
  dotVec,
  lengthVec,
  mixVec,
  scaleVec,
  subtractVec,
} from './vector.ts'

test('vectors by hand', () => {
  expect(addVec([1, 2, 3], [4, 5, 6])).toEqual([5, 7, 9])
  expect(subtractVec([1, 2, 3], [4, 6, 8])).toEqual([-3, -4, -5])
  expect(scaleVec([1, 2, 3], -2)).toEqual([-2, -4, -6])
  expect(dotVec([1, 2, 3], [4, 5, 6])).toBe(32)
  expect(crossVec([1, 0, 0], [0, 1, 0])).toEqual([0, 0, 1])
  expect(lengthVec([2, 3, 6])).toBe(7)
  expect(distanceVec([1, 1, 1], [3, 4, 7])).toBe(7)
  expect(mixVec([0, 0, 0], [4, 8, 12], 0.25)).toEqual([1, 2, 3])
})

test('the ends of a line are met exactly', () => {
  expect(mixVec([0.1, 0.2, 0.3], [0.7, 1.1, -3], 0)).toEqual([0.1, 0.2, 0.3])
  expect(mixVec([0.1, 0.2, 0.3], [0.7, 1.1, -3], 1)).toEqual([0.7, 1.1, -3])
})
