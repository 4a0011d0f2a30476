import type { Steering } from './fly.ts'
import { AT_REST } from './fly.ts'

/** Sticks never rest exactly in their middle. */
const DEAD = 0.12

/** Gently at first: the square of how far a stick is pushed beyond its rest. */
export function stickShare(value: number): number {
  const beyond = (Math.abs(value) - DEAD) / (1 - DEAD)
  return beyond <= 0 ? 0 : Math.sign(value) * Math.min(1, beyond) ** 2
}

/** What a gamepad of the standard layout says: left stick moves, right stick looks, triggers climb. */
export function gamepadSteering({
  axes,
  buttons,
}: {
  readonly axes: readonly number[]
  readonly buttons: readonly { readonly value: number }[]
}): Steering {
  return {
    right: stickShare(axes[0] ?? 0),
    up: (buttons[7]?.value ?? 0) - (buttons[6]?.value ?? 0),
    forward: -stickShare(axes[1] ?? 0) + 0,
    yaw: -stickShare(axes[2] ?? 0) + 0,
    pitch: -stickShare(axes[3] ?? 0) + 0,
  }
}

/** The first gamepad that there is. */
export function readGamepad(): Steering {
  const pad = navigator.getGamepads?.().find((one) => one?.connected && one.mapping === 'standard')
  return pad ? gamepadSteering(pad) : AT_REST
}
