import type { Vec3 } from '@flashworld/math'
import { normalizeQuat, quatOfAngles } from '@flashworld/math'
import fc from 'fast-check'
import { pathThrough } from '../src/path/edits.ts'
import type { Aim, Path, View } from '../src/path/path.ts'

/** Numbers as people and pointers make them, to a sixty-fourth. */
const number = (least: number, most: number) =>
  fc.integer({ min: least * 64, max: most * 64 }).map((steps) => steps / 64)

export const anyPoint: fc.Arbitrary<Vec3> = fc.tuple(number(-3, 3), number(-3, 3), number(-3, 3))

const anyRotation = fc
  .tuple(number(-1, 1), number(-1, 1), number(-1, 1), number(-1, 1))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => normalizeQuat(q))

const levelRotation = fc
  .tuple(number(-180, 180), number(-80, 80))
  .map(([yaw, pitch]) => quatOfAngles({ yaw, pitch, roll: 0 }))

const viewWith = (rotation: typeof anyRotation): fc.Arbitrary<View> =>
  fc.record({ position: anyPoint, rotation, fovDegrees: number(10, 120) })

export const anyView = viewWith(anyRotation)
/** Views whose horizon is level. */
export const levelView = viewWith(levelRotation)

export const anyAim: fc.Arbitrary<Aim> = fc.oneof(
  fc.constant<Aim>({ kind: 'drawn' }),
  fc.constant<Aim>({ kind: 'forward' }),
  anyPoint.map((point): Aim => ({ kind: 'at', point })),
  anyPoint.map((point): Aim => ({ kind: 'away', point })),
)

/** Paths through views, smooth or straight, aimed as their keys were set. */
export const pathOf = (view: fc.Arbitrary<View>, least = 2): fc.Arbitrary<Path> =>
  fc
    .tuple(fc.array(view, { minLength: least, maxLength: 7 }), fc.boolean())
    .map(([views, smooth]) => ({ ...pathThrough(views), smooth }))

/** The same, aimed as a whole and in parts. */
export const anyAimedPath: fc.Arbitrary<Path> = fc
  .tuple(pathOf(anyView), anyAim, fc.array(fc.option(anyAim), { maxLength: 7 }))
  .map(([path, aim, own]) => ({
    ...path,
    aim,
    keys: path.keys.map((key, i) => (own[i] ? { ...key, aim: own[i] } : key)),
  }))

/** A level view by hand: its yaw to the left and its pitch up, degrees. */
export const view = (position: Vec3, yaw = 0, pitch = 0, fovDegrees = 60): View => ({
  position,
  rotation: quatOfAngles({ yaw, pitch, roll: 0 }),
  fovDegrees,
})
