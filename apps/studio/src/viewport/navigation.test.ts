import {
  axisAngleQuat,
  forwardOf as forwardOfQuat,
  invertQuat,
  multiplyQuat,
  rotateByQuat,
  subtractVec,
} from '@flashworld/math'
import { describe, expect, test } from 'vitest'
import type { View } from '../path/path.ts'
import { lookAround, moveBy, orbitAround } from './navigation.ts'

const forwardOf = ({ rotation }: View) => forwardOfQuat(rotation)
const start: View = { position: [0, 0, 0], rotation: [1, 0, 0, 0], fovDegrees: 60 }
const close = (actual: readonly number[], expected: readonly number[]) =>
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 10))

describe('navigation', () => {
  test('looks to the left and up', () => {
    close(forwardOf(lookAround(start, 90, 0)), [-1, 0, 0])
    const up = forwardOf(lookAround(start, 0, 30))
    close(up, [0, 0.5, -Math.sqrt(3) / 2])
  })

  test('keeps the horizon, also after many turns in both directions', () => {
    let view = start
    for (let i = 0; i < 40; i++) view = lookAround(view, 17, i % 2 ? 9 : -11)
    expect(rotateByQuat(view.rotation, [1, 0, 0])[1]).toBeCloseTo(0, 10)
  })

  test('keeps the roll with which a key looks', () => {
    const rolled = { ...start, rotation: axisAngleQuat([0, 0, 1], 20) }
    const turnedRight = lookAround(rolled, -50, 0)
    close(turnedRight.rotation, multiplyQuat(axisAngleQuat([0, 1, 0], -50), rolled.rotation))
  })

  test('never looks over the top', () => {
    const up = lookAround(start, 0, 300)
    expect(forwardOf(up)[1]).toBeCloseTo(Math.sin((89 * Math.PI) / 180), 10)
    expect(forwardOf(lookAround(up, 0, -60))[1]).toBeCloseTo(Math.sin((29 * Math.PI) / 180), 10)
  })

  test('a key that looks straighter up than that goes no further, and is not pulled back', () => {
    const steep = { ...start, rotation: axisAngleQuat([1, 0, 0], 89.6) }
    close(lookAround(steep, 0, 10).rotation, steep.rotation)
    expect(forwardOf(lookAround(steep, 0, -10))[1]).toBeCloseTo(Math.sin((79.6 * Math.PI) / 180), 8)
  })

  test('goes around a point: its distance and its place in the picture stay', () => {
    const pivot = [0.2, 0.1, -2] as const
    const view = orbitAround(orbitAround(start, pivot, 35, -20), pivot, -80, 5)
    const seen = (at: View) =>
      rotateByQuat(invertQuat(at.rotation), subtractVec(pivot, at.position))
    close(seen(view), seen(start))
    // to the right: the camera comes to stand on the right of the point
    expect(orbitAround(start, [0, 0, -1], 90, 0).position[0]).toBeCloseTo(1, 10)
  })

  test('moves in its own axes', () => {
    close(moveBy(lookAround(start, 90, 0), [0, 0, -2]).position, [-2, 0, 0])
    close(moveBy(start, [1, 2, 3]).position, [1, 2, 3])
  })
})
