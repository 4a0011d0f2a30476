import type { Vec3 } from '@flashworld/math'
import { angleBetweenQuats, axisAngleQuat, distanceVec, invertQuat } from '@flashworld/math'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  anyAimedPath,
  anyPoint,
  anyView,
  levelView,
  pathOf,
  view,
} from '../../test/arbitrary-path.ts'
import { aimPath } from './aim.ts'
import { curveOf } from './curve.ts'
import {
  clearPath,
  deleteKeys,
  duplicateKey,
  insertKey,
  insertOnPath,
  middleOf,
  moveKey,
  NO_TRANSFORM,
  overwriteKey,
  pathThrough,
  replaceKey,
  reversePath,
  transformPath,
} from './edits.ts'
import { numbersOfKey, setFov, setKeyNumber } from './numbers.ts'
import type { Path } from './path.ts'

const ids = (path: Path) => path.keys.map(({ id }) => id)
const line = pathThrough([view([0, 0, 0]), view([1, 0, 0]), view([2, 0, 0])])
const pick = fc.nat({ max: 6 })

test('every key has an id of its own, whatever was done', () => {
  const edit = fc.oneof(
    fc.tuple(fc.constant('insert' as const), pick),
    fc.tuple(fc.constant('double' as const), pick),
    fc.tuple(fc.constant('delete' as const), pick),
    fc.tuple(fc.constant('move' as const), pick),
    fc.tuple(fc.constant('split' as const), pick),
  )
  fc.assert(
    fc.property(pathOf(levelView), fc.array(edit, { maxLength: 12 }), (start, edits) => {
      let path = start
      for (const [kind, at] of edits) {
        const id = path.keys[at]?.id ?? 'none'
        if (kind === 'insert') path = insertKey(path, view([at, 0, 0]), at)
        if (kind === 'double') path = duplicateKey(path, id)
        if (kind === 'delete') path = deleteKeys(path, [id])
        if (kind === 'move') path = moveKey(path, id, 2)
        if (kind === 'split' && path.keys.length > 0) path = insertOnPath(path, at + 0.5)
        expect(new Set(ids(path)).size).toBe(path.keys.length)
      }
    }),
  )
})

test('an edit that changes nothing answers the very same path', () => {
  fc.assert(
    fc.property(anyAimedPath, pick, (path, at) => {
      const key = path.keys[at % path.keys.length]!
      expect(replaceKey(path, { ...key })).toBe(path)
      expect(replaceKey(path, { ...key, id: 'unknown' })).toBe(path)
      expect(moveKey(path, key.id, path.keys.indexOf(key))).toBe(path)
      expect(deleteKeys(path, ['unknown'])).toBe(path)
      expect(insertOnPath(path, path.keys.indexOf(key))).toBe(path)
      expect(duplicateKey(path, 'unknown')).toBe(path)
      expect(setKeyNumber(path, key.id, 'x', key.position[0])).toBe(path)
      expect(setKeyNumber(path, key.id, 'x', NaN)).toBe(path)
      expect(setFov(path, [key.id], key.fovDegrees)).toBe(path)
    }),
  )
})

test('an inserted key and its deletion undo each other', () => {
  fc.assert(
    fc.property(pathOf(anyView), anyView, pick, (path, added, at) => {
      const index = at % (path.keys.length + 1)
      const longer = insertKey(path, added, index)
      expect(longer.keys[index]).toMatchObject(added)
      expect(deleteKeys(longer, [longer.keys[index]!.id])).toEqual(path)
    }),
  )
})

test('reordering is undone by reordering back', () => {
  fc.assert(
    fc.property(pathOf(anyView), pick, pick, (path, a, b) => {
      const [from, to] = [a % path.keys.length, b % path.keys.length]
      const { id } = path.keys[from]!
      const moved = moveKey(path, id, to)
      expect(moved.keys[to]!.id).toBe(id)
      expect(moveKey(moved, id, from)).toEqual(path)
    }),
  )
})

test('a key put on the path sees what the path saw there', () => {
  fc.assert(
    fc.property(pathOf(levelView), fc.double({ min: 0, max: 1, noNaN: true }), (path, share) => {
      const place = share * (path.keys.length - 1)
      fc.pre(!Number.isInteger(place))
      const seen = curveOf(path).at(place)
      const split = insertOnPath(path, place)
      expect(split.keys).toHaveLength(path.keys.length + 1)
      expect(split.keys[Math.ceil(place)]).toMatchObject(seen)
    }),
  )
})

test('a straight path is not bent by a key put on it', () => {
  const split = insertOnPath(line, 0.25)
  expect(split.keys[1]!.position).toEqual([0.25, 0, 0])
  expect(curveOf({ ...split, smooth: false }).at(0.5).position).toEqual([0.125, 0, 0])
})

test('a copy stands right after its key and looks where it does', () => {
  const aimed = replaceKey(line, { ...line.keys[1]!, aim: { kind: 'forward' } })
  const copied = duplicateKey(aimed, 'k2')
  expect(ids(copied)).toEqual(['k1', 'k2', 'k4', 'k3'])
  expect(copied.keys[2]).toEqual({ ...aimed.keys[1], id: 'k4' })
})

test('a key that is set from a view sees that view, also on a path that is aimed', () => {
  fc.assert(
    fc.property(anyAimedPath, anyView, pick, (path, seen, at) => {
      const index = at % path.keys.length
      const set = overwriteKey(path, path.keys[index]!.id, seen)
      const got = curveOf(set).at(index)
      expect(got.position).toEqual(seen.position)
      expect(got.rotation).toEqual(seen.rotation)
      expect(got.fovDegrees).toBe(seen.fovDegrees)
      expect(ids(set)).toEqual(ids(path))
    }),
  )
})

test('clearing keeps the first key, reversing twice keeps all', () => {
  expect(ids(clearPath(line))).toEqual(['k1'])
  expect(ids(reversePath(line))).toEqual(['k3', 'k2', 'k1'])
  expect(reversePath(reversePath(line))).toEqual(line)
})

const transform = fc.record({
  about: anyPoint,
  scale: fc.double({ min: 0.2, max: 5, noNaN: true }),
  turn: anyView.map(({ rotation }) => rotation),
  move: anyPoint,
})

test('the whole path moves as one body: distances scale, angles between views stay', () => {
  fc.assert(
    fc.property(pathOf(anyView), transform, (path, change) => {
      const moved = transformPath(path, change)
      path.keys.forEach((key, i) => {
        const [a, b] = [key, path.keys[0]!]
        const [c, d] = [moved.keys[i]!, moved.keys[0]!]
        expect(distanceVec(c.position, d.position)).toBeCloseTo(
          change.scale * distanceVec(a.position, b.position),
          8,
        )
        expect(angleBetweenQuats(c.rotation, d.rotation)).toBeCloseTo(
          angleBetweenQuats(a.rotation, b.rotation),
          5,
        )
      })
    }),
  )
})

test('a transform and its inverse undo each other', () => {
  fc.assert(
    fc.property(anyAimedPath, transform, (path, { about, scale, turn, move }) => {
      const moved = transformPath(path, { about, scale, turn, move })
      const there = about.map((value, axis) => value + move[axis]!) as unknown as Vec3
      const back = transformPath(moved, {
        about: there,
        scale: 1 / scale,
        turn: invertQuat(turn),
        move: move.map((value) => -value) as unknown as Vec3,
      })
      back.keys.forEach((key, i) => {
        expect(distanceVec(key.position, path.keys[i]!.position)).toBeLessThan(1e-8)
        expect(angleBetweenQuats(key.rotation, path.keys[i]!.rotation)).toBeLessThan(1e-5)
      })
    }),
  )
})

test('what a path looks at moves with it', () => {
  const aimed = aimPath(line, { kind: 'at', point: [1, 0, -2] })
  const turned = transformPath(aimed, { ...NO_TRANSFORM, turn: axisAngleQuat([0, 1, 0], 90) })
  expect(turned.aim).toMatchObject({ kind: 'at' })
  const { point } = turned.aim as { point: Vec3 }
  expect(distanceVec(point, [-2, 0, -1])).toBeLessThan(1e-12)
  expect(middleOf(line.keys)).toEqual([1, 0, 0])
})

test('the numbers of a key are read as they were set', () => {
  const angle = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
  fc.assert(
    fc.property(anyAimedPath, angle(179), angle(89), angle(179), (path, yaw, pitch, roll) => {
      const { id } = path.keys[0]!
      let set = setKeyNumber(path, id, 'yaw', yaw)
      set = setKeyNumber(set, id, 'pitch', pitch)
      set = setKeyNumber(set, id, 'roll', roll)
      set = setKeyNumber(set, id, 'y', 1.25)
      set = setKeyNumber(set, id, 'lens', 35)
      const got = numbersOfKey(set, 0)
      expect(got.pitch).toBeCloseTo(pitch, 5)
      expect(got.roll).toBeCloseTo(roll, 5)
      expect(got.y).toBe(1.25)
      expect(got.lens).toBeCloseTo(35, 9)
      expect(got.x).toBe(path.keys[0]!.position[0])
    }),
  )
})

test('yaw is to the right, roll clockwise; a pitch ends straight up', () => {
  const right = setKeyNumber(line, 'k1', 'yaw', 90)
  expect(numbersOfKey(right, 0)).toMatchObject({ pitch: 0 })
  expect(numbersOfKey(right, 0).yaw).toBeCloseTo(90, 9)
  expect(curveOf({ ...right, aim: { kind: 'drawn' } }).at(0).rotation[2]).toBeLessThan(0)
  expect(numbersOfKey(setKeyNumber(line, 'k1', 'pitch', 130), 0).pitch).toBeCloseTo(90, 6)
  expect(numbersOfKey(setKeyNumber(line, 'k1', 'fov', 999), 0).fov).toBe(170)
})

test('turning a key of an aimed path frees that key alone', () => {
  const aimed = aimPath(line, { kind: 'at', point: [1, 0, -2] })
  const freed = setKeyNumber(aimed, 'k2', 'yaw', 10)
  expect(freed.keys.map(({ aim }) => aim?.kind)).toEqual([undefined, 'drawn', undefined])
  // moving it does not
  expect(setKeyNumber(aimed, 'k2', 'z', 1).keys[1]!.aim).toBeUndefined()
})
