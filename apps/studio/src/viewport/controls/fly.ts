import type { Vec3 } from '@flashworld/math'
import type { View } from '../../path/path.ts'
import { lookAround, moveBy } from '../navigation.ts'

/** What flies the view: shares of full speed, right, up and forward, and of the turn to the left and up. */
export interface Steering {
  readonly right: number
  readonly up: number
  readonly forward: number
  readonly yaw: number
  readonly pitch: number
}

export const AT_REST: Steering = { right: 0, up: 0, forward: 0, yaw: 0, pitch: 0 }

/** Path units a second. */
const SPEED = 0.8
/** Degrees a second. */
const TURN = 60
const [FAST, SLOW] = [4, 0.25]

/** Keys by their place on the keyboard, so that they stay together whatever is printed on them. */
const axes = {
  right: ['KeyD', 'KeyA'],
  up: ['KeyE', 'KeyQ'],
  forward: ['KeyW', 'KeyS'],
  yaw: ['ArrowLeft', 'ArrowRight'],
  pitch: ['ArrowUp', 'ArrowDown'],
} as const

/** Keys that fly, by code. */
export const FLY_CODES: ReadonlySet<string> = new Set(Object.values(axes).flat())

/** What the keys that are held say. */
export function steeringOf(held: ReadonlySet<string>): Steering {
  const share = ([more, less]: readonly [string, string]) =>
    (held.has(more) ? 1 : 0) - (held.has(less) ? 1 : 0)
  return {
    right: share(axes.right),
    up: share(axes.up),
    forward: share(axes.forward),
    yaw: share(axes.yaw),
    pitch: share(axes.pitch),
  }
}

/** How much faster Shift makes it, and how much slower Alt. */
export const paceOf = (held: ReadonlySet<string>): number =>
  (held.has('ShiftLeft') || held.has('ShiftRight') ? FAST : 1) *
  (held.has('AltLeft') || held.has('AltRight') ? SLOW : 1)

/** The view after `seconds`; it climbs along the vertical, and otherwise moves in its own axes. */
export function fly(view: View, steering: Steering, seconds: number, pace = 1): View {
  const { right, up, forward, yaw, pitch } = steering
  const reach = SPEED * pace * seconds
  const looked =
    yaw || pitch ? lookAround(view, yaw * TURN * seconds, pitch * TURN * seconds) : view
  const moved = right || forward ? moveBy(looked, [right * reach, 0, -forward * reach]) : looked
  const [x, y, z] = moved.position
  return up ? { ...moved, position: [x, y + up * reach, z] as Vec3 } : moved
}

/** Several at once: a keyboard and a stick. */
export const together = (...all: readonly Steering[]): Steering =>
  all.reduce(
    (sum, one) => ({
      right: sum.right + one.right,
      up: sum.up + one.up,
      forward: sum.forward + one.forward,
      yaw: sum.yaw + one.yaw,
      pitch: sum.pitch + one.pitch,
    }),
    AT_REST,
  )

export const isAtRest = (steering: Steering): boolean =>
  Object.values(steering).every((share) => share === 0)
