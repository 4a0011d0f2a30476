import type { Point } from '../rays.ts'

/** What a pressed pointer does until it is let go. */
export interface Drag {
  /** @param by since the last time, CSS pixels */
  move(to: Point, by: Point, event: PointerEvent): void
  end(moved: boolean, at: Point): void
  /** Escape, a second finger, or the pointer was lost. */
  cancel(): void
}

/** Two fingers: how far their middle moved, and by how much they came apart. */
export interface Pinch {
  readonly by: Point
  readonly scale: number
}

export interface PointerEvents {
  /** Null: nothing is to be done with this one. */
  onDown(at: Point, event: PointerEvent): Drag | null
  onHover(at: Point | null, event: PointerEvent): void
  onPinch(pinch: Pinch): void
  /** @param steps of a wheel, towards the person is positive */
  onWheel(at: Point, steps: number): void
  onDouble(at: Point): void
}

export interface Pointer {
  /** Ends what is being dragged; false where nothing was. */
  cancel(): boolean
  destroy(): void
}

/** Pixels that a hand trembles. */
const [TREMBLE, TOUCH_TREMBLE] = [3, 8]

/** Hears mouse, pen and fingers on an element. */
export function hearPointer(element: HTMLElement, events: PointerEvents): Pointer {
  const stop = new AbortController()
  const { signal } = stop
  const fingers = new Map<number, Point>()
  let drag: {
    readonly id: number
    readonly from: Point
    moved: boolean
    readonly does: Drag
  } | null = null

  const placeOf = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }

  const down = (event: PointerEvent) => {
    const at = placeOf(event)
    fingers.set(event.pointerId, at)
    if (fingers.size > 1) {
      cancel()
      return
    }
    const does = events.onDown(at, event)
    if (!does) return
    element.setPointerCapture(event.pointerId)
    drag = { id: event.pointerId, from: at, moved: false, does }
  }

  const move = (event: PointerEvent) => {
    const at = placeOf(event)
    const last = fingers.get(event.pointerId)
    if (!last) {
      events.onHover(at, event)
      return
    }
    if (fingers.size === 2) {
      const [before, after] = [spread(fingers), spread(fingers.set(event.pointerId, at))]
      events.onPinch({
        by: { x: after.x - before.x, y: after.y - before.y },
        scale: after.apart / Math.max(1, before.apart),
      })
      return
    }
    if (drag?.id !== event.pointerId) return
    const tremble = event.pointerType === 'touch' ? TOUCH_TREMBLE : TREMBLE
    if (!drag.moved && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) < tremble) return
    drag.moved = true
    fingers.set(event.pointerId, at)
    drag.does.move(at, { x: at.x - last.x, y: at.y - last.y }, event)
  }

  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId)
    if (drag?.id !== event.pointerId) return
    const { does, moved } = drag
    drag = null
    does.end(moved, placeOf(event))
  }

  const cancel = () => {
    if (!drag) return false
    const { does } = drag
    drag = null
    does.cancel()
    return true
  }

  const lost = (event: PointerEvent) => {
    fingers.delete(event.pointerId)
    if (drag?.id === event.pointerId) cancel()
  }

  element.addEventListener('pointerdown', down, { signal })
  element.addEventListener('pointermove', move, { signal })
  element.addEventListener('pointerup', up, { signal })
  element.addEventListener('pointercancel', lost, { signal })
  element.addEventListener('pointerleave', (event) => events.onHover(null, event), { signal })
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  element.addEventListener('dblclick', (event) => events.onDouble(placeOf(event)), { signal })
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      events.onWheel(placeOf(event), wheelSteps(event))
    },
    { signal, passive: false },
  )
  return { cancel, destroy: () => stop.abort() }
}

function spread(fingers: ReadonlyMap<number, Point>): Point & { readonly apart: number } {
  const [a, b] = [...fingers.values()]
  return {
    x: (a!.x + b!.x) / 2,
    y: (a!.y + b!.y) / 2,
    apart: Math.hypot(a!.x - b!.x, a!.y - b!.y),
  }
}

/** Pixels, lines or pages, of a wheel or a touch pad, as steps of a wheel. */
export function wheelSteps({
  deltaY,
  deltaMode,
}: Pick<WheelEvent, 'deltaY' | 'deltaMode'>): number {
  const steps = deltaMode === 0 ? deltaY / 100 : deltaMode === 1 ? deltaY / 3 : deltaY
  return Math.min(3, Math.max(-3, steps))
}
