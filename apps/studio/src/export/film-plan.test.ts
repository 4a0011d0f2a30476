import { expect, test } from 'vitest'
import { pathThrough } from '../path/edits.ts'
import { filmCameras, filmSize, pictureCount, pictureName } from './film-plan.ts'

const rotation = [1, 0, 0, 0] as const
const path = pathThrough([0, 1].map((x) => ({ position: [x, 0, 0], rotation, fovDegrees: 60 })))
const size = { width: 192, height: 128 }
const places = (cameras: ReturnType<typeof filmCameras>) => cameras.map(({ position: [x] }) => x)

test('a film goes along the path in even steps, and back where the path does', () => {
  expect(places(filmCameras({ ...path, smooth: false }, 5, size))).toEqual([0, 0.25, 0.5, 0.75, 1])
  const there = { ...path, smooth: false, loop: 'ping-pong' as const }
  expect(places(filmCameras(there, 8, size))).toEqual([0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25])
})

test('a film has even sides, and as many pictures as its length', () => {
  expect(filmSize({ width: 101, height: 75 }, 1)).toEqual({ width: 102, height: 76 })
  expect(filmSize(size, 2)).toEqual({ width: 384, height: 256 })
  expect(pictureCount({ seconds: 2, fps: 30 })).toBe(60)
  expect(pictureCount({ seconds: 0.01, fps: 10 })).toBe(2)
  expect(pictureCount({ seconds: 1e6, fps: 60 })).toBe(3600)
  expect(pictureName(6)).toBe('frame-0007.png')
})
