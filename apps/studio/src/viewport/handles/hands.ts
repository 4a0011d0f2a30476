import type { Vec3 } from '@flashworld/math'
import { addVec } from '@flashworld/math'
import type { Curve } from '../../path/curve.ts'
import { NO_TRANSFORM, overwriteKey, replaceKey, transformPath } from '../../path/edits.ts'
import type { Path } from '../../path/path.ts'
import type { Drag } from '../controls/pointer.ts'
import { lookAround } from '../navigation.ts'
import type { Eye, Plane, Point } from '../rays.ts'
import { distanceToLine, meetPlane, nearestPlace, project, rayThrough } from '../rays.ts'
import type { Selection, ViewEvents, ViewState } from '../viewport.ts'
import type { Ray } from '../worlds/depth.ts'
import type { Gesture } from './gesture.ts'
import { draggedBy, facing, level, strokeOnto, strokePlane } from './planes.ts'

/** What the hands work on. */
export interface Hands {
  readonly state: ViewState
  readonly eye: Eye
  readonly gesture: Gesture
  readonly events: ViewEvents
  /** Null: the path has no keys. */
  readonly curve: Curve | null
  /** The path's line as points. */
  readonly line: readonly Vec3[]
  /** What is ahead, where no path is yet. */
  readonly pivot: Vec3
  depthAlong(ray: Ray): number | null
  showStroke(points: readonly Vec3[]): void
}

/** CSS pixels within which a key, or the line, is taken hold of; wider for fingers. */
const REACH = { fine: { key: 12, line: 6 }, coarse: { key: 24, line: 14 } }
/** How far from where it begins a stroke may lead, in the path's unit. */
const FAR = 12
/** Degrees that a key turns for a pixel. */
const TURN = 0.25

export const reachOf = (pointerType: string) =>
  pointerType === 'touch' ? REACH.coarse : REACH.fine

/** What of the path is at a place in the view. */
export function pathAt(
  { state: { path }, eye, line }: Pick<Hands, 'state' | 'eye' | 'line'>,
  at: Point,
  reach: { readonly key: number; readonly line: number },
): Selection {
  const places = path.keys.map(({ position }) => project(eye, position))
  const key = path.keys[nearestPlace(places, at, reach.key)]
  if (key) return { kind: 'key', id: key.id }
  const near = distanceToLine(
    line.map((point) => project(eye, point)),
    at,
  )
  return near <= reach.line ? { kind: 'path' } : null
}

/** What is shown at a place in the view: the world, else the ground of the view's middle. */
export function pointAt({ eye, pivot, depthAlong }: Hands, at: Point): Vec3 | null {
  const ray = rayThrough(eye, at)
  const depth = depthAlong(ray)
  if (depth === null) return meetPlane(ray, facing(eye.pose, pivot))
  return addVec(ray.from, [ray.along[0] * depth, ray.along[1] * depth, ray.along[2] * depth])
}

/** Drags a key, or the whole path, over the plane that faces the view; with Shift over the level one. */
export function dragPath(hands: Hands, grabbed: NonNullable<Selection>, from: Point): Drag {
  const { state, eye, gesture, events } = hands
  const before = state.path
  const key = grabbed.kind === 'key' && before.keys.find(({ id }) => id === grabbed.id)
  const nearest = nearestPlace(
    hands.line.map((point) => project(eye, point)),
    from,
    Infinity,
  )
  const start = key ? key.position : hands.line[nearest]!
  const change = (path: Path) => {
    gesture.change()
    events.onPath(path)
  }
  return {
    move(to, _, { shiftKey }) {
      const plane: Plane = shiftKey ? level(start) : facing(eye.pose, start)
      const by = draggedBy(eye, from, to, plane)
      if (!by) return
      if (key) change(replaceKey(before, { ...key, position: addVec(key.position, by) }))
      else change(transformPath(before, { ...NO_TRANSFORM, move: by }))
    },
    end(moved) {
      gesture.end()
      if (!moved) return
      const index = before.keys.findIndex((one) => key && one.id === key.id)
      events.onAnnounce(key ? { kind: 'key-moved', index } : { kind: 'path-moved' })
    },
    cancel: () => gesture.cancel(),
  }
}

/** Turns a key on the spot: what it looks at follows the pointer. */
export function turnKey({ state, curve, gesture, events }: Hands, id: string, from: Point): Drag {
  const before = state.path
  const index = before.keys.findIndex((key) => key.id === id)
  const view = curve!.at(index)
  return {
    move(to) {
      gesture.change()
      const turned = lookAround(view, (from.x - to.x) * TURN, (from.y - to.y) * TURN)
      events.onPath(overwriteKey(before, id, turned))
    },
    end(moved) {
      gesture.end()
      if (moved) events.onAnnounce({ kind: 'key-moved', index })
    },
    cancel: () => gesture.cancel(),
  }
}

/** Draws a stroke on from the end of the path. */
export function drawStroke(hands: Hands, from: Point): Drag {
  const { state, eye, gesture, events } = hands
  const end = state.path.keys.at(-1)?.position ?? hands.pivot
  const plane = strokePlane(eye.pose, end)
  const stroke = [from]
  const points = () => strokeOnto(eye, stroke, plane, FAR)
  return {
    move(to) {
      stroke.push(to)
      hands.showStroke(points())
    },
    end() {
      hands.showStroke([])
      const drawn = points()
      if (drawn.length < 2) return
      gesture.change()
      events.onStroke(drawn)
      gesture.end()
      events.onAnnounce({ kind: 'stroke-drawn' })
    },
    cancel: () => hands.showStroke([]),
  }
}
