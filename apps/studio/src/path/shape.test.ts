import type { Vec3 } from '@flashworld/math'
import { anglesOfQuat, distanceVec, lengthVec, subtractVec } from '@flashworld/math'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyView, levelView, pathOf, view } from '../../test/arbitrary-path.ts'
import { isClosed } from './course.ts'
import { curveOf } from './curve.ts'
import { addMove, usualMove } from './moves.ts'
import { EMPTY_PATH, pathThrough } from './edits.ts'
import type { Part, Path } from './path.ts'
import {
  closeLoop,
  flatten,
  levelHorizon,
  makeCircular,
  simplify,
  smoothen,
  straighten,
} from './shape.ts'
import { evenSpeed, motionOf, speedCurve, stepsOf } from './speed.ts'
import { alongStroke, drawStroke } from './stroke.ts'

const positions = (path: Path) => path.keys.map(({ position }) => position)
const shapes = { straighten, makeCircular, smoothen, flatten, levelHorizon }

const pathWithPart = pathOf(anyView, 3).chain((path) =>
  fc
    .tuple(fc.nat({ max: path.keys.length - 1 }), fc.nat({ max: path.keys.length - 1 }))
    .map(([a, b]) => ({ path, part: { from: Math.min(a, b), to: Math.max(a, b) } as Part })),
)

const expectSamePlaces = (a: Path, b: Path, within = 1e-6) => {
  expect(a.keys).toHaveLength(b.keys.length)
  a.keys.forEach(({ position }, i) =>
    expect(distanceVec(position, b.keys[i]!.position)).toBeLessThan(within),
  )
}

describe.each(Object.entries(shapes))('%s', (name, shape) => {
  test('changes nothing outside its part, and keeps ids, lenses and aims', () => {
    fc.assert(
      fc.property(pathWithPart, ({ path, part }) => {
        const shaped = shape(path, part)
        shaped.keys.forEach((key, i) => {
          const before = path.keys[i]!
          if (i < part.from || i > part.to) expect(key).toBe(before)
          expect([key.id, key.fovDegrees, key.aim]).toEqual([
            before.id,
            before.fovDegrees,
            before.aim,
          ])
        })
      }),
    )
  })

  if (name !== 'flatten') {
    test('leaves the ends of its part where they are', () => {
      fc.assert(
        fc.property(pathWithPart, ({ path, part: { from, to } }) => {
          const shaped = shape(path, { from, to })
          expect(shaped.keys[from]!.position).toEqual(path.keys[from]!.position)
          expect(distanceVec(shaped.keys[to]!.position, path.keys[to]!.position)).toBeLessThan(1e-9)
        }),
      )
    })
  }

  if (name !== 'smoothen') {
    test('done twice is done once', () => {
      fc.assert(
        fc.property(pathWithPart, ({ path, part }) => {
          const once = shape(path, part)
          // on a nearly straight line the circle is huge, and rounding is felt
          fc.pre(positions(once).every((point) => lengthVec(point) < 50))
          expectSamePlaces(shape(once, part), once, 1e-4)
        }),
      )
    })
  }
})

test('straightened keys lie on the line, in their order', () => {
  fc.assert(
    fc.property(pathOf(anyView, 3), (path) => {
      const points = positions(straighten(path))
      const [first, last] = [points[0]!, points.at(-1)!]
      const through = points
        .slice(1)
        .reduce((sum, point, i) => sum + distanceVec(point, points[i]!), 0)
      expect(through).toBeCloseTo(distanceVec(first, last), 9)
    }),
  )
})

test('an uneven line stays uneven when it is straightened', () => {
  const bent = pathThrough([view([0, 0, 0]), view([0, 3, 0]), view([1, 3, 0])])
  const [, middle] = positions(straighten(bent))
  expect(distanceVec(middle!, [0.75, 2.25, 0])).toBeLessThan(1e-12)
})

test('circular keys lie evenly on an arc through the farthest one', () => {
  const bent = pathThrough([
    view([-1, 0, 0]),
    view([-0.3, 0, -0.2]),
    view([0, 0, -1]),
    view([1, 0, 0]),
  ])
  const round = positions(makeCircular(bent))
  for (const point of round) expect(lengthVec(point)).toBeCloseTo(1, 9)
  const gaps = round.slice(1).map((point, i) => distanceVec(point, round[i]!))
  for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 9)
  // by the way of the bulge, not around the back
  expect(round.every(([, , z]) => z <= 1e-9)).toBe(true)
})

test('a closed path becomes a whole circle about its middle', () => {
  const square = closeLoop(
    pathThrough([view([0, 0, 0]), view([2, 0, 0.3]), view([2, 0, 2]), view([0, 0.1, 2])]),
  )
  const round = positions(makeCircular(square))
  const middle: Vec3 = [1, 0.025, 1.075]
  const radii = round.map((point) => lengthVec(subtractVec(point, middle)))
  for (const radius of radii) expect(radius).toBeCloseTo(radii[0]!, 9)
  expect(distanceVec(round[0]!, round.at(-1)!)).toBeLessThan(1e-9)
  expect(isClosed(makeCircular(square).keys)).toBe(true)
})

test('keys on a line have no circle', () => {
  const line = pathThrough([view([0, 0, 0]), view([1, 0, 0]), view([3, 0, 0])])
  expect(makeCircular(line)).toBe(line)
  const still = pathThrough([view([0, 0, 0]), view([0, 0, 0]), view([0, 0, 0])])
  expect(makeCircular(still)).toBe(still)
})

test('smoothing shortens a corner, and leaves an even line', () => {
  const corner = pathThrough([view([0, 0, 0]), view([1, 1, 0]), view([2, 0, 0])])
  expect(positions(smoothen(corner))[1]).toEqual([1, 0.5, 0])
  const line = pathThrough([view([0, 0, 0]), view([1, 0, 0]), view([2, 0, 0])])
  expect(positions(smoothen(line))).toEqual(positions(line))
})

test('flat keys are as high as the first one', () => {
  const path = pathThrough([view([0, 0.5, 0]), view([1, 1, 0]), view([2, -3, 1])])
  expect(positions(flatten(path))).toEqual([
    [0, 0.5, 0],
    [1, 0.5, 0],
    [2, 0.5, 1],
  ])
  expect(positions(flatten(path, { from: 1, to: 2 }))[2]).toEqual([2, 1, 1])
})

test('a level horizon looks where it looked', () => {
  fc.assert(
    fc.property(pathOf(anyView, 1), (path) => {
      levelHorizon(path).keys.forEach(({ rotation }, i) => {
        const [got, was] = [anglesOfQuat(rotation), anglesOfQuat(path.keys[i]!.rotation)]
        expect(Math.abs(got.roll)).toBeLessThan(1e-6)
        expect([got.yaw, got.pitch]).toEqual([
          expect.closeTo(was.yaw, 5),
          expect.closeTo(was.pitch, 5),
        ])
      })
    }),
  )
})

test('closing a loop comes back to the first key, once', () => {
  const path = pathThrough([view([0, 0, 0], 10), view([1, 0, 0]), view([1, 1, 0])])
  const closed = closeLoop(path)
  expect(closed.keys).toHaveLength(4)
  expect(closed.keys[3]).toMatchObject({ position: [0, 0, 0], rotation: path.keys[0]!.rotation })
  expect(closeLoop(closed)).toBe(closed)
  expect(closeLoop(pathThrough([view([0, 0, 0])])).keys).toHaveLength(1)
  expect(closeLoop(EMPTY_PATH)).toBe(EMPTY_PATH)
})

describe('simplifying', () => {
  const tolerance = { distance: 0.01, degrees: 1 }

  test('a dense path becomes a few keys with the same frames', () => {
    const orbit = addMove(pathThrough([view([0, 0, 0])]), usualMove('orbit'), 'end')
    const { at, end } = curveOf(orbit)
    const dense = pathThrough(Array.from({ length: 24 }, (_, i) => at((i * end) / 23)))
    const few = simplify(dense, tolerance)
    expect(few.keys.length).toBeLessThan(6)
    const [a, b] = [curveOf(few), curveOf(dense)]
    for (let i = 0; i <= 40; i++) {
      const [got, was] = [a.at((i / 40) * a.end), b.at((i / 40) * b.end)]
      expect(distanceVec(got.position, was.position)).toBeLessThan(0.012)
    }
    expect([few.keys[0], few.keys.at(-1)]).toEqual([dense.keys[0], dense.keys.at(-1)])
  })

  test('what needs its keys keeps them', () => {
    const zigzag = pathThrough([0, 1, 2, 3, 4].map((i) => view([i, i % 2, 0])))
    expect(simplify(zigzag, tolerance)).toBe(zigzag)
  })
})

describe('speed', () => {
  test('travel and turn count alike: a unit, a radian', () => {
    const [step] = stepsOf([view([0, 0, 0]), view([3, 4, 0], 180 / Math.PI)])
    expect(step!.travel).toBe(5)
    expect(motionOf(step!)).toBeCloseTo(6, 9)
  })

  test('the curve of a line at one speed is flat, and twice as high where a section is twice as long', () => {
    const line = pathThrough([view([0, 0, 0]), view([1, 0, 0]), view([3, 0, 0])])
    const speeds = speedCurve({ ...line, smooth: false }, 8)
    expect(speeds).toEqual([1, 1, 1, 1, 2, 2, 2, 2].map((speed) => expect.closeTo(speed, 9)))
    expect(speedCurve(pathThrough([view([0, 0, 0])]), 8)).toEqual([])
  })

  // there and back: nearly all motion is in the first section, and corners are cut in the others
  const thereAndBack = pathThrough([
    view([0, 0, 0], 146.6),
    view([0, 0.578125, 0], -33.4, 26.1),
    view([0, 0, 0], -89.6),
    view([0, 0.359375, 0], -47.7, 17.5),
  ])

  test('made even, no section takes more than its share of the whole way, and the ends stay', () => {
    fc.assert(
      fc.property(pathOf(levelView, 3), (drawn) => {
        const path = { ...drawn, smooth: false }
        const even = evenSpeed(path)
        expect([even.keys[0], even.keys.at(-1)]).toEqual([path.keys[0], path.keys.at(-1)])
        expect(even.keys.map(({ id }) => id)).toEqual(path.keys.map(({ id }) => id))
        const speeds = speedCurve(path, 256 * (path.keys.length - 1))
        const share = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length
        // less where a corner is cut, to nothing where the way goes there and back; measured in chords
        const most = Math.max(...stepsOf(even.keys).map(motionOf))
        expect(most).toBeLessThanOrEqual(share * 1.01 + 1e-9)
      }),
      { examples: [[thereAndBack]] },
    )
  })

  test('on a line it is exact', () => {
    const line = pathThrough([view([0, 0, 0]), view([0.1, 0, 0]), view([4, 0, 0]), view([9, 0, 0])])
    const xs = positions(evenSpeed({ ...line, smooth: false })).map(([x]) => x)
    expect(xs).toEqual([0, 3, 6, 9].map((x) => expect.closeTo(x, 6)))
    expect(
      evenSpeed(pathThrough([view([0, 0, 0]), view([0, 0, 0]), view([0, 0, 0])])).keys,
    ).toHaveLength(3)
  })
})

describe('a stroke', () => {
  const hook: Vec3[] = Array.from({ length: 80 }, (_, i) => {
    const a = (i / 79) * Math.PI
    return [Math.sin(a), 0, -1 + Math.cos(a)]
  })

  test('is gone along at an even speed', () => {
    const at = alongStroke([
      [0, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
      [1, 3, 0],
    ])
    expect(at(0)).toEqual([0, 0, 0])
    expect(at(0.25)).toEqual([1, 0, 0])
    expect(at(0.5)).toEqual([1, 1, 0])
    expect(at(1)).toEqual([1, 3, 0])
  })

  test('becomes a few keys that keep to it, looking as the camera did', () => {
    const path = drawStroke(pathThrough([view([0, 0, 0], 30)]), hook, 'end')
    expect(path.keys.length).toBeLessThan(9)
    const { at, end } = curveOf(path)
    for (let i = 0; i <= 20; i++) {
      const { position, rotation } = at((i / 20) * end)
      expect(Math.abs(distanceVec(position, [0, 0, -1]) - 1)).toBeLessThan(0.07)
      expect(anglesOfQuat(rotation).yaw).toBeCloseTo(30, 6)
    }
    const steps = stepsOf(path.keys).map(({ travel }) => travel)
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 1)
  })

  test('goes on from the end, or from the first key', () => {
    const path = pathThrough([view([0, 0, 0]), view([2, 0, 0])])
    const on = drawStroke(path, [[2, 0, -1]], 'end')
    expect(positions(on)).toEqual([
      [0, 0, 0],
      [2, 0, 0],
      [2, 0, -1],
    ])
    const fresh = drawStroke(path, [[0, 0, -2]], 'first')
    expect(positions(fresh)).toEqual([
      [0, 0, 0],
      [0, 0, -2],
    ])
  })

  test('without length changes nothing', () => {
    const path = pathThrough([view([1, 0, 0])])
    expect(drawStroke(path, [], 'end')).toBe(path)
    expect(drawStroke(path, [[1, 0, 0]], 'end')).toBe(path)
    expect(drawStroke(EMPTY_PATH, [[1, 0, 0]], 'end')).toBe(EMPTY_PATH)
    expect(
      positions(
        drawStroke(
          EMPTY_PATH,
          [
            [1, 0, 0],
            [2, 0, 0],
          ],
          'end',
        ),
      ),
    ).toEqual([
      [1, 0, 0],
      [2, 0, 0],
    ])
  })
})
