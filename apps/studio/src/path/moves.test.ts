import { templatePath } from '@flashworld/camera'
import {
  angleBetweenQuats,
  anglesOfQuat,
  distanceVec,
  forwardOf,
  lookQuat,
  quatOfAngles,
  subtractVec,
} from '@flashworld/math'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyPoint, levelView, view } from '../../test/arbitrary-path.ts'
import { aimPath } from './aim.ts'
import { curveOf } from './curve.ts'
import { EMPTY_PATH, pathThrough } from './edits.ts'
import { viewsOf } from './frames.ts'
import type { MoveKind } from './moves.ts'
import {
  addMove,
  MOVES,
  moveRow,
  startOfMove,
  subjectOf,
  usualMove,
  viewOfMove,
  viewsOfMove,
  withValue,
} from './moves.ts'

const origin = view([0, 0, 0])
const anyT = fc.double({ min: 0, max: 1, noNaN: true })

const anyMove = fc.constantFrom(...MOVES).chain(({ kind, sliders }) =>
  fc
    .tuple(
      fc.boolean(),
      ...sliders.map(({ least, most }) => fc.double({ min: least, max: most, noNaN: true })),
    )
    .map(([level, ...values]) =>
      sliders.reduce((move, { name }, i) => withValue(move, name, values[i]!), {
        ...usualMove(kind),
        level,
      }),
    ),
)

test('the usual moves are those of the library, on which the embedded model was trained', () => {
  const size = { width: 192, height: 128 }
  for (const { kind, templates } of MOVES) {
    if (!templates) continue
    const cameras = templatePath(templates[0], { count: 5, size })
    cameras.forEach((camera, i) => {
      const got = viewOfMove(usualMove(kind), origin, i / 4)
      expect(distanceVec(got.position, camera.position)).toBeLessThan(1e-9)
      expect(angleBetweenQuats(got.rotation, camera.rotation)).toBeLessThan(1e-4)
    })
  }
})

test('an amount below 0 is the other direction', () => {
  const size = { width: 192, height: 128 }
  for (const { kind, templates, sliders } of MOVES) {
    if (!templates || templates[0] === templates[1]) continue
    const [{ name, usual }] = [sliders[0]!]
    const got = viewOfMove(withValue(usualMove(kind), name, -usual), origin, 1)
    const camera = templatePath(templates[1], { count: 2, size })[1]!
    expect(distanceVec(got.position, camera.position)).toBeLessThan(1e-9)
    expect(angleBetweenQuats(got.rotation, camera.rotation)).toBeLessThan(1e-4)
  }
})

test('every move starts where it starts', () => {
  fc.assert(
    fc.property(anyMove, levelView, (move, start) => {
      const first = viewOfMove(move, start, 0)
      expect(distanceVec(first.position, start.position)).toBeLessThan(1e-9)
      expect(angleBetweenQuats(first.rotation, start.rotation)).toBeLessThan(1e-4)
      expect(first.fovDegrees).toBeCloseTo(start.fovDegrees, 9)
    }),
  )
})

test('the horizon stays level, from wherever the camera looks', () => {
  fc.assert(
    fc.property(anyMove, levelView, anyT, (move, start, t) => {
      const { rotation } = viewOfMove({ ...move, level: true }, start, t)
      fc.pre(Math.abs(anglesOfQuat(rotation).pitch) < 89)
      expect(Math.abs(anglesOfQuat(rotation).roll)).toBeLessThan(1e-6)
    }),
  )
})

test('a move is where it started from: it turns and travels with its start', () => {
  fc.assert(
    fc.property(
      anyMove,
      anyPoint,
      fc.integer({ min: -180, max: 180 }),
      anyT,
      (move, at, yaw, t) => {
        const here = viewOfMove(move, view([0, 0, 0]), t)
        const there = viewOfMove(move, view(at, yaw), t)
        const turn = quatOfAngles({ yaw, pitch: 0, roll: 0 })
        const local = viewOfMove(move, { ...origin, rotation: turn }, t)
        expect(distanceVec(subtractVec(there.position, at), local.position)).toBeLessThan(1e-9)
        expect(angleBetweenQuats(there.rotation, local.rotation)).toBeLessThan(1e-4)
        expect(Math.hypot(...local.position)).toBeCloseTo(Math.hypot(...here.position), 9)
      },
    ),
  )
})

describe('an orbit about a picked point', () => {
  const start = view([0, 0.4, 0], 0, -12)
  const subject = [0.5, 0, -2] as const
  const orbit = { ...usualMove('orbit'), subject, values: { angle: 200, distance: 1, height: 0 } }

  test('is a circle about the vertical through it, and keeps it in its place in the picture', () => {
    const placeOf = (at: typeof start) => {
      const facing = lookQuat(subtractVec(subject, at.position))!
      return angleBetweenQuats(facing, at.rotation)
    }
    for (const t of [0, 0.2, 0.5, 1]) {
      const at = viewOfMove(orbit, start, t)
      expect(at.position[1]).toBeCloseTo(0.4, 9)
      expect(distanceVec(at.position, subject)).toBeCloseTo(distanceVec(start.position, subject), 9)
      expect(placeOf(at)).toBeCloseTo(placeOf(start), 4)
      expect(anglesOfQuat(at.rotation).pitch).toBeCloseTo(-12, 4)
    }
  })

  test('goes as far around as asked', () => {
    const bearing = (position: readonly number[]) =>
      Math.atan2(position[0]! - subject[0], position[2]! - subject[2]) * (180 / Math.PI)
    const end = viewOfMove(orbit, start, 1)
    const around = bearing(end.position) - bearing(start.position)
    expect((around + 360) % 360).toBeCloseTo(200, 6)
  })

  test('rises by its height, still facing the point', () => {
    const rising = { ...orbit, subject: null, values: { angle: 90, distance: 2, height: 0.5 } }
    const level = view([0, 0, 0])
    const at = viewOfMove(rising, level, 1)
    expect(at.position[1]).toBeCloseTo(1, 9)
    const to = subtractVec(subjectOf(rising, level), at.position)
    const facing = forwardOf(at.rotation)
    expect(
      distanceVec(facing, to.map((v) => v / Math.hypot(...to)) as unknown as typeof to),
    ).toBeLessThan(1e-9)
  })

  test('its distance puts the subject straight ahead again', () => {
    const moved = withValue(orbit, 'distance', 1.5)
    expect(moved.subject).toBeNull()
    expect(subjectOf(moved, view([0, 0, 0]))).toEqual([0, 0, -1.5])
  })
})

test('about the own axis of a camera that looks down, an orbit tips the horizon', () => {
  const start = view([0, 0, 0], 0, -30)
  const tipped = viewOfMove({ ...usualMove('orbit'), level: false }, start, 1)
  expect(Math.abs(anglesOfQuat(tipped.rotation).roll)).toBeGreaterThan(5)
})

test('a zoom changes the lens alone', () => {
  const zoomed = viewOfMove(usualMove('zoom'), origin, 1)
  expect(zoomed).toMatchObject({ position: origin.position, rotation: origin.rotation })
  // 1.5 times the focal length
  const half = (fov: number) => Math.tan((fov * Math.PI) / 360)
  expect(half(origin.fovDegrees) / half(zoomed.fovDegrees)).toBeCloseTo(1.5, 9)
})

test('as keys, a move keeps to itself between them', () => {
  fc.assert(
    fc.property(anyMove, levelView, fc.boolean(), (move, start, smooth) => {
      const views = viewsOfMove(move, start, smooth)
      expect(views.length).toBeLessThanOrEqual(23)
      const path = { ...pathThrough([start, ...views]), smooth }
      expect(distanceVec(views.at(-1)!.position, viewOfMove(move, start, 1).position)).toBe(0)
      const { at, end } = curveOf(path)
      const off = [0.13, 0.37, 0.71].map((t) =>
        distanceVec(at(t * end).position, viewOfMove(move, start, t).position),
      )
      // a spiral or a wide straight-line orbit reaches the most keys before it is exact
      const unit = distanceVec(subjectOf(move, start), start.position)
      expect(Math.max(...off)).toBeLessThan(
        views.length === 23 ? 0.1 * unit : 0.006 * Math.max(unit, 1),
      )
    }),
    { numRuns: 60 },
  )
})

test.each<[MoveKind, number]>([
  ['dolly', 1],
  ['truck', 1],
  ['pedestal', 1],
  ['pan', 1],
  ['zoom', 1],
])('a %s is one more key', (kind, count) => {
  expect(viewsOfMove(usualMove(kind), origin, true)).toHaveLength(count)
})

test('a usual orbit is a handful of keys', () => {
  const count = viewsOfMove(usualMove('orbit'), origin, true).length
  expect(count).toBeGreaterThanOrEqual(2)
  expect(count).toBeLessThanOrEqual(4)
})

describe('on a path', () => {
  const path = pathThrough([view([0, 0, 0]), view([1, 0, 0], 20), view([2, 0, 0], 40)])

  test('a move goes on from the end, or instead of all after the first key', () => {
    const on = addMove(path, usualMove('dolly'), 'end')
    expect(on.keys.slice(0, 3)).toEqual(path.keys)
    expect(distanceVec(on.keys[3]!.position, path.keys[2]!.position)).toBeCloseTo(0.42, 9)
    const fresh = addMove(path, usualMove('dolly'), 'first')
    expect(fresh.keys.map(({ position }) => position[2])).toEqual([0, expect.closeTo(-0.42, 9)])
    expect(fresh.keys[0]).toEqual(path.keys[0])
  })

  test('of no keys it makes one to start at', () => {
    const made = addMove(EMPTY_PATH, usualMove('orbit'), 'end')
    expect(made.keys[0]!.position).toEqual([0, 0, 0])
    expect(viewsOf(made, 12)).toHaveLength(12)
  })

  test('it looks as the move does, though the path is aimed; what was there stays aimed', () => {
    const aimed = aimPath(path, { kind: 'at', point: [0, 0, -5] })
    const start = startOfMove(aimed, 'end')
    const panned = addMove(aimed, usualMove('pan'), 'end')
    const { at, end } = curveOf(panned)
    expect(at(2).rotation).toEqual(start.rotation)
    expect(angleBetweenQuats(at(end).rotation, start.rotation)).toBeCloseTo(20, 4)
    const fresh = addMove(aimed, usualMove('pan'), 'first')
    expect(fresh.aim).toEqual({ kind: 'drawn' })
    expect(curveOf(fresh).at(0).rotation).toEqual(curveOf(aimed).at(0).rotation)
  })

  test('every slider of every move changes it', () => {
    for (const { kind } of MOVES) {
      for (const { name, least } of moveRow(kind).sliders) {
        const usual = addMove(path, usualMove(kind), 'end')
        expect(addMove(path, withValue(usualMove(kind), name, least), 'end')).not.toEqual(usual)
      }
    }
  })
})
