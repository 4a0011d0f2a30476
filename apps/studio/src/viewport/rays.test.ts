import { lensFromFov } from '@flashworld/camera'
import { axisAngleQuat } from '@flashworld/math'
import { describe, expect, test } from 'vitest'
import type { Eye } from './rays.ts'
import { distanceToLine, meetPlane, nearestPlace, project, rayThrough } from './rays.ts'

const view = { width: 800, height: 600 }
const eye: Eye = {
  pose: { position: [0.3, 1, 2], rotation: axisAngleQuat([0, 1, 0], 25) },
  lens: lensFromFov(view, 60),
  view,
}

describe('rays', () => {
  test('a point lies on the ray through its place in the view', () => {
    const ray = rayThrough(eye, { x: 130, y: 410 })
    for (const far of [0.5, 3]) {
      const point = ray.along.map((v, i) => ray.from[i]! + v * far) as [number, number, number]
      const place = project(eye, point)!
      expect(place.x).toBeCloseTo(130, 8)
      expect(place.y).toBeCloseTo(410, 8)
    }
    expect(Math.hypot(...ray.along)).toBeCloseTo(1, 12)
  })

  test('what is to the right and up stands right and high in the view', () => {
    const straight = { ...eye, pose: { position: [0, 0, 0], rotation: [1, 0, 0, 0] } } as const
    const place = project(straight, [0.2, 0.1, -1])!
    expect(place.x).toBeGreaterThan(400)
    expect(place.y).toBeLessThan(300)
    expect(place.depth).toBe(1)
    expect(project(straight, [0, 0, 1])).toBeNull()
  })

  test('meets a plane ahead of it, and none behind or beside it', () => {
    const ray = { from: [0, 1, 0], along: [0, -0.6, -0.8] } as const
    const ground = { point: [5, -2, 5], normal: [0, 1, 0] } as const
    expect(meetPlane(ray, ground)).toEqual([0, -2, -4])
    expect(meetPlane({ ...ray, along: [0, 0.6, -0.8] }, ground)).toBeNull()
    expect(meetPlane({ ...ray, along: [0, 0, -1] }, ground)).toBeNull()
  })

  test('the nearest place within reach is taken; of two on one another, the one in front', () => {
    const places = [
      { x: 10, y: 10, depth: 1 },
      { x: 50, y: 50, depth: 4 },
      null,
      { x: 50.4, y: 50, depth: 2 },
    ]
    expect(nearestPlace(places, { x: 14, y: 10 }, 12)).toBe(0)
    expect(nearestPlace(places, { x: 50, y: 52 }, 12)).toBe(3)
    expect(nearestPlace(places, { x: 30, y: 30 }, 12)).toBe(-1)
  })

  test('a line is as far as its nearest piece, not as the line that goes on from it', () => {
    const line = [{ x: 0, y: 0 }, { x: 10, y: 0 }, null, { x: 0, y: 40 }, { x: 0, y: 40 }]
    expect(distanceToLine(line, { x: 5, y: 3 })).toBe(3)
    expect(distanceToLine(line, { x: 13, y: 4 })).toBe(5)
    expect(distanceToLine(line, { x: 3, y: 44 })).toBe(5)
    expect(distanceToLine([], { x: 0, y: 0 })).toBe(Infinity)
  })
})
