import { distanceVec, forwardOf, subtractVec } from '@flashworld/math'
import { expect, test } from 'vitest'
import { approach, FIRST_VIEW, FLIGHT, Gaze } from './gaze.ts'

test('at first one stands behind where a path begins, looking at its subject', () => {
  expect(FIRST_VIEW.position[2]).toBeGreaterThan(0)
  expect(forwardOf(FIRST_VIEW.rotation)[2]).toBeLessThan(-0.7)
})

test('flies to a view in its time, and is then exactly there', () => {
  const gaze = new Gaze()
  const to = { position: [0, 0, 0], rotation: [1, 0, 0, 0], fovDegrees: 40 } as const
  gaze.flyTo(to, 1000)
  expect(gaze.tick(1000 + FLIGHT / 2)).toBe(true)
  expect(distanceVec(gaze.view.position, to.position)).toBeCloseTo(
    distanceVec(FIRST_VIEW.position, to.position) / 2,
    10,
  )
  expect(gaze.tick(1000 + FLIGHT)).toBe(true)
  expect(gaze.view).toBe(to)
  expect(gaze.tick(2000)).toBe(false)
})

test('one goes around what was chosen, else around what is ahead', () => {
  const gaze = new Gaze()
  gaze.set({ position: [0, 0, 1], rotation: [1, 0, 0, 0], fovDegrees: 60 })
  expect(gaze.pivot(null)).toEqual([0, 0, -1])
  expect(gaze.pivot(0.5)).toEqual([0, 0, 0.5])
  gaze.focus = [3, 2, 1]
  expect(gaze.pivot(0.5)).toEqual([3, 2, 1])
})

test('comes near a point without ever going through it', () => {
  const point = [0, 0, -1] as const
  let view = FIRST_VIEW
  for (let i = 0; i < 100; i++) view = approach(view, point, 0.3)
  const left = subtractVec(point, view.position)
  expect(Math.hypot(...left)).toBeCloseTo(0.02, 6)
  expect(left[2]).toBeLessThan(0)
  expect(distanceVec(approach(view, point, -1).position, point)).toBeCloseTo(0.04, 6)
})
