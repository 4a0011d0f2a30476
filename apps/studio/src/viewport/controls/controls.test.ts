import { describe, expect, test } from 'vitest'
import type { View } from '../../path/path.ts'
import { AT_REST, fly, isAtRest, paceOf, steeringOf, together } from './fly.ts'
import { gamepadSteering, stickShare } from './gamepad.ts'
import { joystickSteering } from './joystick.ts'
import { wheelSteps } from './pointer.ts'
import { Recorder } from './record.ts'

const start: View = { position: [0, 0, 0], rotation: [1, 0, 0, 0], fovDegrees: 60 }

describe('flying', () => {
  test('keys by their place; opposite ones undo each other', () => {
    expect(steeringOf(new Set(['KeyW', 'KeyD', 'KeyE', 'ArrowUp', 'ArrowLeft']))).toEqual({
      right: 1,
      up: 1,
      forward: 1,
      yaw: 1,
      pitch: 1,
    })
    expect(isAtRest(steeringOf(new Set(['KeyA', 'KeyD', 'ShiftLeft'])))).toBe(true)
  })

  test('forward is where one looks, up is the vertical', () => {
    const down = fly(start, { ...AT_REST, pitch: -1 }, 1)
    const { position } = fly(down, { ...AT_REST, forward: 1, up: 1 }, 1)
    expect(position[2]).toBeCloseTo(-0.8 * Math.cos(Math.PI / 3), 10)
    expect(position[1]).toBeCloseTo(0.8 - 0.8 * Math.sin(Math.PI / 3), 10)
  })

  test('the way is the same in many frames as in few; Shift is fast, Alt slow', () => {
    let view = start
    for (let i = 0; i < 10; i++) view = fly(view, { ...AT_REST, right: 1 }, 0.05)
    expect(view.position[0]).toBeCloseTo(fly(start, { ...AT_REST, right: 1 }, 0.5).position[0], 10)
    expect(paceOf(new Set(['ShiftRight']))).toBe(4)
    expect(paceOf(new Set(['AltLeft']))).toBe(0.25)
  })

  test('at rest the view is the very same', () => {
    expect(fly(start, AT_REST, 1)).toBe(start)
  })
})

describe('sticks', () => {
  test('rest in their middle, go gently, and reach the whole', () => {
    expect(stickShare(0.1)).toBe(0)
    expect(stickShare(-1)).toBe(-1)
    expect(stickShare(0.5)).toBeLessThan(0.5)
  })

  test('pushed up is forward, also beyond the rim and aslant', () => {
    expect(joystickSteering(0, -3)).toEqual({ ...AT_REST, forward: 1 })
    const { right, forward } = joystickSteering(5, -5)
    expect(right).toBeCloseTo(forward, 12)
    expect(forward).toBeLessThan(1)
  })

  test('a gamepad moves with the left stick, looks with the right one, climbs with its triggers', () => {
    const buttons = Array.from({ length: 16 }, (_, i) => ({ value: i === 7 ? 1 : 0 }))
    const steering = gamepadSteering({ axes: [0, -1, 1, 0], buttons })
    expect(steering).toEqual({ right: 0, up: 1, forward: 1, yaw: -1, pitch: 0 })
    expect(isAtRest(gamepadSteering({ axes: [], buttons: [] }))).toBe(true)
    expect(together(steering, { ...AT_REST, forward: -1 }).forward).toBe(0)
  })
})

test('a wheel in pixels, lines or pages is the same wheel, and never jumps', () => {
  expect(wheelSteps({ deltaY: 100, deltaMode: 0 })).toBe(1)
  expect(wheelSteps({ deltaY: 3, deltaMode: 1 })).toBe(1)
  expect(wheelSteps({ deltaY: -5000, deltaMode: 0 })).toBe(-3)
})

describe('recording', () => {
  const at = (x: number): View => ({ ...start, position: [x, 0, 0] })
  const recorded = (run: (recorder: Recorder) => void) => {
    const keys: number[] = []
    run(new Recorder(({ position }) => keys.push(position[0])))
    return keys
  }

  test('a press of Space is one key', () => {
    const keys = recorded((recorder) => {
      recorder.press(at(1), 0)
      recorder.tick(at(2), 100)
      expect(recorder.release(at(1), 120)).toBe(true)
      expect(recorder.release(at(1), 130)).toBe(false)
    })
    expect(keys).toEqual([1])
  })

  test('held, it records on while the view moves, and where it ends', () => {
    const standing = at(9)
    const keys = recorded((recorder) => {
      recorder.press(at(1), 0)
      recorder.tick(at(2), 300)
      recorder.tick(at(3), 360)
      recorder.tick(at(4), 500)
      recorder.tick(standing, 700)
      recorder.tick(standing, 1100)
      recorder.release(at(10), 1200)
    })
    expect(keys).toEqual([1, 3, 9, 10])
  })
})
