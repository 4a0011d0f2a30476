import { lensFromFov } from '@flashworld/camera'
import { axisAngleQuat } from '@flashworld/math'
import { expect, test } from 'vitest'
import type { Eye } from '../rays.ts'
import { project } from '../rays.ts'
import { draggedBy, facing, level, strokeOnto, strokePlane } from './planes.ts'

const view = { width: 800, height: 600 }
const eyeTo = (yaw: number, pitch: number): Eye => {
  const turn = axisAngleQuat(pitch === 0 ? [0, 1, 0] : [1, 0, 0], pitch === 0 ? yaw : pitch)
  return { pose: { position: [0, 1, 0], rotation: turn }, lens: lensFromFov(view, 60), view }
}

test('what is dragged on the plane that faces the view stays under the pointer', () => {
  const eye = eyeTo(30, 0)
  const point = [-1.2, 0.8, -2] as const
  const from = project(eye, point)!
  const to = { x: from.x + 90, y: from.y - 40 }
  const by = draggedBy(eye, from, to, facing(eye.pose, point))!
  const moved = project(eye, [point[0] + by[0], point[1] + by[1], point[2] + by[2]])!
  expect(moved.x).toBeCloseTo(to.x, 8)
  expect(moved.y).toBeCloseTo(to.y, 8)
  expect(moved.depth).toBeCloseTo(from.depth, 8)
})

test('on the level plane a key keeps its height', () => {
  const eye = eyeTo(0, -20)
  const by = draggedBy(eye, { x: 400, y: 400 }, { x: 430, y: 330 }, level([0, 0, -2]))!
  expect(by[1]).toBeCloseTo(0, 12)
  expect(by[2]).toBeLessThan(0)
  // above the horizon there is no level plane
  expect(draggedBy(eye, { x: 400, y: 400 }, { x: 400, y: 10 }, level([0, 0, -2]))).toBeNull()
})

test('a stroke is drawn on the ground where one looks down, else on a wall that faces the view', () => {
  expect(strokePlane(eyeTo(0, -40).pose, [0, 0, -1]).normal).toEqual([0, 1, 0])
  const [x, y, z] = strokePlane(eyeTo(90, 0).pose, [-1, 0, 0]).normal
  expect([Math.abs(x), y, Math.abs(z)].map((v) => Math.round(v * 1e9) / 1e9)).toEqual([1, 0, 0])
})

test('of a stroke, what misses the plane or goes too far is left out', () => {
  const eye = eyeTo(0, -20)
  const plane = level([0, 0, -2])
  const stroke = [
    { x: 400, y: 300 },
    { x: 420, y: 320 },
    { x: 400, y: 75 },
    { x: 400, y: 0 },
  ]
  const points = strokeOnto(eye, stroke, plane, 10)
  expect(points).toHaveLength(2)
  for (const point of points) expect(point[1]).toBeCloseTo(0, 12)
})
