import type { Vec3 } from '@flashworld/math'
import {
  angleBetweenQuats,
  anglesOfQuat,
  distanceVec,
  forwardOf,
  lengthVec,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyAimedPath, anyView, levelView, pathOf, view } from '../../test/arbitrary-path.ts'
import { aimKeys, aimOf, aimPath } from './aim.ts'
import { courseOf, isClosed } from './course.ts'
import { curveOf } from './curve.ts'
import { pathThrough } from './edits.ts'
import { framesOf, placeOfFrame, viewAtFrame, viewsOf } from './frames.ts'
import { closeLoop } from './shape.ts'

const between = fc.double({ min: 0, max: 1, noNaN: true })
const size = { width: 704, height: 480 }

test('keys are met exactly', () => {
  fc.assert(
    fc.property(pathOf(anyView, 1), (path) => {
      const { at, end } = curveOf(path)
      expect(end).toBe(path.keys.length - 1)
      path.keys.forEach(({ position, rotation, fovDegrees }, i) => {
        expect(at(i)).toEqual({ position, rotation, fovDegrees })
      })
    }),
  )
})

test('keys that look as drawn are met exactly, whatever the others look at', () => {
  fc.assert(
    fc.property(anyAimedPath, (path) => {
      const { at } = curveOf(path)
      path.keys.forEach((key, i) => {
        expect(at(i).position).toEqual(key.position)
        if (aimOf(path, key).kind === 'drawn') expect(at(i).rotation).toEqual(key.rotation)
      })
    }),
  )
})

test('nothing jumps: close places see nearly the same', () => {
  fc.assert(
    fc.property(pathOf(levelView), between, (path, share) => {
      const { at, end } = curveOf(path)
      const place = share * end
      const [a, b] = [at(place), at(place + 1e-6)]
      expect(distanceVec(a.position, b.position)).toBeLessThan(1e-4)
      expect(angleBetweenQuats(a.rotation, b.rotation)).toBeLessThan(1e-2)
      expect(Math.abs(a.fovDegrees - b.fovDegrees)).toBeLessThan(1e-2)
    }),
  )
})

test('before its first and after its last key a path stands still', () => {
  const path = pathThrough([view([0, 0, 0]), view([1, 0, 0])])
  expect(curveOf(path).at(-3).position).toEqual([0, 0, 0])
  expect(curveOf(path).at(7).position).toEqual([1, 0, 0])
  expect(() => curveOf(pathThrough([]))).toThrow(RangeError)
})

test('between two level keys the horizon stays level', () => {
  fc.assert(
    fc.property(pathOf(levelView), between, (path, share) => {
      const { at, end } = curveOf(path)
      expect(Math.abs(anglesOfQuat(at(share * end).rotation).roll)).toBeLessThan(1e-6)
    }),
  )
})

test('a turn goes the short way around', () => {
  const path = pathThrough([view([0, 0, 0], 170), view([1, 0, 0], -170)])
  expect(Math.abs(anglesOfQuat(curveOf(path).at(0.5).rotation).yaw)).toBeCloseTo(180, 6)
})

test('a straight path runs at one speed from key to key', () => {
  fc.assert(
    fc.property(pathOf(anyView), between, (path, share) => {
      const { at, end } = curveOf({ ...path, smooth: false })
      const i = Math.min(Math.floor(share * end), end - 1)
      const t = share * end - i
      const [a, b] = [path.keys[i]!.position, path.keys[i + 1]!.position]
      const wanted = a.map((value, axis) => (1 - t) * value + t * b[axis]!)
      expect(distanceVec(at(share * end).position, wanted as unknown as Vec3)).toBeLessThan(1e-9)
    }),
  )
})

test('a smooth path has no corner: it comes to a key with the velocity with which it leaves', () => {
  fc.assert(
    fc.property(pathOf(levelView, 3), ({ keys }) => {
      const { velocity } = courseOf(keys, true)
      for (let i = 1; i < keys.length - 1; i++) {
        expect(distanceVec(velocity(i - 1, 1), velocity(i, 0))).toBeLessThan(1e-9)
      }
    }),
  )
})

test('the velocity is how the position changes', () => {
  fc.assert(
    fc.property(pathOf(levelView), between, ({ keys, smooth }, share) => {
      const { at, velocity } = courseOf(keys, smooth)
      const h = 1e-6
      const t = h + share * (1 - 2 * h)
      const change = subtractVec(at(0, t + h).position, at(0, t - h).position)
      expect(distanceVec(scaleVec(change, 0.5 / h), velocity(0, t))).toBeLessThan(1e-6)
    }),
  )
})

test('on a line a smooth path never goes back or beyond, however uneven its keys are', () => {
  const lengths = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), {
    minLength: 2,
    maxLength: 7,
  })
  fc.assert(
    fc.property(lengths, (steps) => {
      let x = 0
      const path = pathThrough([view([0, 0, 0]), ...steps.map((step) => view([(x += step), 0, 0]))])
      const { at, end } = curveOf(path)
      let last = 0
      for (let place = 0; place <= end; place += 1 / 32) {
        const now = at(place).position[0]
        expect(now).toBeGreaterThanOrEqual(last - 1e-12)
        last = now
      }
    }),
  )
})

test('keys on a circle make a circle', () => {
  const at = (degrees: number): Vec3 => {
    const a = (degrees * Math.PI) / 180
    return [Math.sin(a), 0, Math.cos(a)]
  }
  // spaced unevenly, as a hand would
  const path = pathThrough([0, 15, 35, 60, 80, 90].map((degrees) => view(at(degrees), degrees)))
  const { at: along, end } = curveOf(path)
  for (let place = 0; place <= end; place += 0.05) {
    expect(Math.abs(lengthVec(along(place).position) - 1)).toBeLessThan(3e-3)
  }
})

test('two equal keys are a rest', () => {
  const path = pathThrough([view([0, 0, 0]), view([1, 0, 0]), view([1, 0, 0]), view([1, 1, 0])])
  const { at } = curveOf(path)
  for (const place of [1, 1.3, 1.99, 2]) expect(at(place).position).toEqual([1, 0, 0])
})

test('a closed path runs through its first key without a corner', () => {
  const square = [view([0, 0, 0]), view([1, 0, 0], 90), view([1, 0, 1], 180), view([0, 0, 1], 270)]
  const path = closeLoop(pathThrough(square))
  expect(isClosed(path.keys)).toBe(true)
  const { heading, end } = curveOf(path)
  expect(distanceVec(heading(0)!, heading(end)!)).toBeLessThan(1e-9)
})

test('a lens changes by its focal length, all the way in one direction', () => {
  const path = pathThrough([view([0, 0, 0], 0, 0, 90), view([1, 0, 0], 0, 0, 30)])
  const fovs = [0, 0.25, 0.5, 0.75, 1].map((place) => curveOf(path).at(place).fovDegrees)
  expect(fovs).toEqual(fovs.toSorted((a, b) => b - a))
  // the focal length in the middle is the mean of 0.5 and 1.866 picture widths
  expect(fovs[2]).toBeCloseTo((360 / Math.PI) * Math.atan(0.5 / ((0.5 + 1.8660254) / 2)), 5)
})

describe('aims', () => {
  const points = [view([0, 0, 0]), view([1, 0, -1], 40), view([2, 0.5, 0], 100)]
  const path = pathThrough(points)
  const target: Vec3 = [1, 0.2, -5]
  const places = [0, 0.4, 1, 1.7, 2]

  test('at a point: it is straight ahead all along, and the horizon level', () => {
    const { at } = curveOf(aimPath(path, { kind: 'at', point: target }))
    for (const place of places) {
      const { position, rotation } = at(place)
      const to = subtractVec(target, position)
      expect(distanceVec(forwardOf(rotation), scaleVec(to, 1 / lengthVec(to)))).toBeLessThan(1e-9)
      expect(Math.abs(anglesOfQuat(rotation).roll)).toBeLessThan(1e-6)
    }
  })

  test('away is the opposite', () => {
    const [at, away] = (['at', 'away'] as const).map((kind) =>
      curveOf(aimPath(path, { kind, point: target })),
    )
    for (const place of places) {
      const [a, b] = [at!.at(place), away!.at(place)].map(({ rotation }) => forwardOf(rotation))
      expect(distanceVec(a!, scaleVec(b!, -1))).toBeLessThan(1e-9)
    }
  })

  test('forward looks where the camera moves to, also where it rests', () => {
    const resting = pathThrough([
      view([0, 0, 0], 90),
      view([0, 0, -1]),
      view([0, 0, -1]),
      view([0, 0, -3]),
    ])
    const { at } = curveOf(aimPath(resting, { kind: 'forward' }))
    for (const place of [0, 0.5, 1, 1.5, 2, 2.5, 3]) {
      expect(distanceVec(forwardOf(at(place).rotation), [0, 0, -1])).toBeLessThan(1e-6)
    }
  })

  test('where an aim says nothing the camera looks as it was set', () => {
    const still = pathThrough([view([0, 0, 0], 30), view([0, 0, 0], 50)])
    expect(curveOf(aimPath(still, { kind: 'forward' })).at(0).rotation).toEqual(
      still.keys[0]!.rotation,
    )
    const inside = aimPath(pathThrough([view([1, 2, 3], 30)]), { kind: 'at', point: [1, 2, 3] })
    expect(curveOf(inside).at(0).rotation).toEqual(inside.keys[0]!.rotation)
  })

  test('as drawn, all is as it was before', () => {
    fc.assert(
      fc.property(pathOf(anyView), (any) => {
        const there = aimPath(any, { kind: 'at', point: target })
        expect(aimPath(there, { kind: 'drawn' })).toEqual(any)
        expect(aimPath(any, { kind: 'drawn' })).toBe(any)
      }),
    )
  })

  test('a part can look elsewhere, and passes smoothly into the rest', () => {
    const part = aimKeys(path, [path.keys[1]!.id], { kind: 'at', point: target })
    const { at } = curveOf(part)
    expect(at(0).rotation).toEqual(path.keys[0]!.rotation)
    expect(at(2).rotation).toEqual(path.keys[2]!.rotation)
    const to = subtractVec(target, path.keys[1]!.position)
    const ahead = scaleVec(to, 1 / lengthVec(to))
    expect(distanceVec(forwardOf(at(1).rotation), ahead)).toBeLessThan(1e-9)
    expect(angleBetweenQuats(at(1 - 1e-6).rotation, at(1).rotation)).toBeLessThan(1e-3)
    expect(aimKeys(part, [path.keys[1]!.id], { kind: 'drawn' })).toEqual(path)
  })

  test('any aimed path is finite everywhere', () => {
    fc.assert(
      fc.property(anyAimedPath, between, (any, share) => {
        const { at, end } = curveOf(any)
        const { rotation, position } = at(share * end)
        expect([...rotation, ...position].every(Number.isFinite)).toBe(true)
        expect(Math.hypot(...rotation)).toBeCloseTo(1, 9)
      }),
    )
  })
})

describe('frames', () => {
  test('there are as many as asked for, of the size, evenly in time', () => {
    fc.assert(
      fc.property(anyAimedPath, fc.integer({ min: 2, max: 40 }), (path, frames) => {
        const cameras = framesOf(path, frames, size)
        expect(cameras).toHaveLength(frames)
        const { at, end } = curveOf(path)
        cameras.forEach((camera, i) => {
          expect(camera.size).toEqual(size)
          const { position, rotation } = at((i * end) / (frames - 1))
          expect(camera.position).toEqual(position)
          expect(camera.rotation).toEqual(rotation)
        })
      }),
    )
  })

  test('every section has the same time: keys fall on frames where these can be shared out', () => {
    const path = pathThrough([view([0, 0, 0]), view([5, 0, 0], 20), view([5, 0.1, 0], 40)])
    const cameras = framesOf(path, 13, size)
    expect([cameras[0]!, cameras[6]!, cameras[12]!].map(({ position }) => position)).toEqual(
      path.keys.map(({ position }) => position),
    )
  })

  test('a path of fewer than two keys', () => {
    expect(framesOf(pathThrough([]), 12, size)).toEqual([])
    expect(viewAtFrame(pathThrough([]), 0, 12)).toBeUndefined()
    const one = pathThrough([view([1, 2, 3])])
    expect(viewsOf(one, 3).map(({ position }) => position)).toEqual(Array(3).fill([1, 2, 3]))
    expect(viewAtFrame(one, 2.5, 12)?.position).toEqual([1, 2, 3])
  })

  test('the field of view is along the longer side', () => {
    const [camera] = framesOf(pathThrough([view([0, 0, 0], 0, 0, 90)]), 1, {
      width: 480,
      height: 704,
    })
    expect(camera!.fy).toBeCloseTo(0.5, 10)
    expect(placeOfFrame(0, 1, 5)).toBe(0)
  })
})
