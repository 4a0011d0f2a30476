import type { Steering } from './fly.ts'
import { AT_REST } from './fly.ts'
import { stickShare } from './gamepad.ts'

/** What a stick says that is pushed from its middle by so many of its radii. */
export function joystickSteering(x: number, y: number): Steering {
  const length = Math.max(1, Math.hypot(x, y))
  return {
    ...AT_REST,
    right: stickShare(x / length),
    forward: -stickShare(y / length) + 0,
  }
}

export interface Joystick {
  readonly steering: Steering
  destroy(): void
}

/** A stick for fingers, of an element and the knob in it. */
export function hearJoystick(pad: HTMLElement, knob: HTMLElement, onMove: () => void): Joystick {
  const stop = new AbortController()
  const { signal } = stop
  let steering = AT_REST
  const push = (event: PointerEvent) => {
    if (!pad.hasPointerCapture(event.pointerId)) return
    const { left, top, width, height } = pad.getBoundingClientRect()
    const x = ((event.clientX - left) / width) * 2 - 1
    const y = ((event.clientY - top) / height) * 2 - 1
    const length = Math.max(1, Math.hypot(x, y))
    const reach = (width - knob.offsetWidth) / 2
    knob.style.transform = `translate(${(x / length) * reach}px, ${(y / length) * reach}px)`
    steering = joystickSteering(x, y)
    onMove()
  }
  const release = () => {
    knob.style.transform = ''
    steering = AT_REST
    onMove()
  }
  pad.addEventListener(
    'pointerdown',
    (event) => {
      event.stopPropagation()
      pad.setPointerCapture(event.pointerId)
      push(event)
    },
    { signal },
  )
  pad.addEventListener('pointermove', push, { signal })
  pad.addEventListener('pointerup', release, { signal })
  pad.addEventListener('pointercancel', release, { signal })
  return {
    get steering() {
      return steering
    },
    destroy: () => stop.abort(),
  }
}
