import { lensFromFov } from '@flashworld/camera'
import type { Pose, Vec3 } from '@flashworld/math'
import { distanceVec, forwardOf } from '@flashworld/math'
import { fly, isAtRest, paceOf, steeringOf, together } from './controls/fly.ts'
import { readGamepad } from './controls/gamepad.ts'
import { hearJoystick } from './controls/joystick.ts'
import { hearKeys } from './controls/keyboard.ts'
import type { Drag } from './controls/pointer.ts'
import { hearPointer } from './controls/pointer.ts'
import { Recorder } from './controls/record.ts'
import type { Curve } from '../path/curve.ts'
import { curveOf } from '../path/curve.ts'
import { placeOfFrame } from '../path/frames.ts'
import { COLORS, PAPER } from './drawing/colors.ts'
import { EYE_HEIGHT, Ground } from './drawing/ground.ts'
import { keyDepthOf, lineOf, Overlay } from './drawing/overlay.ts'
import { PhotographInScene } from './drawing/photograph.ts'
import { frameRect, projectionOf, viewIntrinsics } from './frame.ts'
import { FIRST_VIEW as START } from '../path/moves.ts'
import { approach, Gaze } from './gaze.ts'
import { Gesture } from './handles/gesture.ts'
import { Gizmo } from './handles/gizmo.ts'
import type { Hands } from './handles/hands.ts'
import { dragPath, drawStroke, pathAt, pointAt, reachOf, turnKey } from './handles/hands.ts'
import type { View } from '../path/path.ts'
import { Immersion } from './immersion/immersion.ts'
import { lookAround, moveBy, orbitAround } from './navigation.ts'
import { Painter } from './pictures.ts'
import { PoseCamera } from './pose-camera.ts'
import type { Eye, Point } from './rays.ts'
import { FrameRate } from './readout.ts'
import { Surface } from './surface.ts'
import type { Selection, ViewEvents, Viewport, ViewState } from './viewport.ts'
import { Stage } from './worlds/stage.ts'

/** Degrees that the view turns for a pixel. */
const [LOOK, ORBIT] = [0.15, 0.35]
/** Share of the distance for a step of the wheel. */
const WHEEL = 0.12
/** Milliseconds between readouts, and without movement until the picture is drawn in full. */
const [READOUT, SETTLED] = [500, 160]

/** A view in an element, which it fills and from which it hears keys. */
export function createViewport(host: HTMLElement, events: ViewEvents): Viewport {
  const gaze = new Gaze()
  const gesture = new Gesture((phase) => events.onGesture(phase))
  const rate = new FrameRate()
  const camera = new PoseCamera()
  const dirty = { world: true, over: true }
  let state: ViewState | null = null
  let curve: Curve | null = null
  let line: readonly Vec3[] = []
  let movedAt = -Infinity
  let readAt = 0
  let before = performance.now()

  const redraw = () => (dirty.world = dirty.over = true)
  const surface = new Surface(host, redraw)
  const stage = new Stage(surface.world, surface.tier, {
    onDirty: () => (dirty.world = true),
    onWorld: (shown) => {
      redraw()
      if (shown) events.onAnnounce({ kind: 'world-shown', splats: shown.packed.count })
    },
    onError: (error) => events.onError(error),
  })
  const ground = new Ground()
  const photograph = new PhotographInScene(redraw, (error) => events.onError(error))
  stage.root.add(ground.object, photograph.object)
  const overlay = new Overlay()
  const painter = new Painter(surface.world, stage.scene)

  /** What is seen: the frame that is looked through, else the person's own view. */
  const view = (): View => {
    if (!state || !curve || state.playhead === null) return gaze.view
    return curve.at(placeOfFrame(state.playhead, state.frames, state.path.keys.length))
  }

  const eye = (): Eye => {
    const pose = view()
    const size = state?.size ?? { width: 3, height: 2 }
    const lens = lensFromFov(size, pose.fovDegrees)
    const frame = frameRect(surface.size, size)
    return { pose, lens: viewIntrinsics(lens, frame, surface.size), view: surface.size }
  }

  /** What the frame of the photograph sees. */
  const photographed = ({ path, photograph, frames }: ViewState): View =>
    curve && photograph ? curve.at(placeOfFrame(photograph.frame, frames, path.keys.length)) : START

  const depthAhead = () => {
    const { position, rotation } = view()
    return stage.depthAlong({ from: position, along: forwardOf(rotation) })
  }

  const hands = (): Hands => ({
    state: state!,
    eye: eye(),
    gesture,
    events,
    curve,
    line,
    pivot: gaze.pivot(depthAhead()),
    depthAlong: (ray) => stage.depthAlong(ray),
    showStroke(points) {
      overlay.showStroke(points, COLORS[state!.theme])
      dirty.over = true
    },
  })

  const gizmo = new Gizmo(camera, surface.element, overlay.scene, {
    onDrag: (is) => {
      if (!is) gesture.end()
    },
    onPath(path) {
      gesture.change()
      events.onPath(path)
    },
    onDirty: () => (dirty.over = true),
  })

  /** The person moves: from the frame that was looked through on. */
  const steer = (change: (view: View) => View) => {
    const from = view()
    if (state && state.playhead !== null) events.onLeaveFrame()
    gaze.set(change(from))
    movedAt = performance.now()
    redraw()
  }

  const select = (selection: Selection) => {
    const keys = state!.path.keys
    events.onSelect(selection)
    if (selection?.kind !== 'key') {
      events.onAnnounce({ kind: selection ? 'path-selected' : 'nothing-selected' })
      return
    }
    const index = keys.findIndex(({ id }) => id === selection.id)
    events.onAnnounce({ kind: 'key-selected', index })
  }

  const goAround = (): Drag => {
    const pivot = gaze.pivot(depthAhead())
    return navigation((by) =>
      steer((from) => orbitAround(from, pivot, -by.x * ORBIT, -by.y * ORBIT)),
    )
  }
  const look = (): Drag =>
    navigation((by) => steer((from) => lookAround(from, by.x * LOOK, by.y * LOOK)))
  const slide = (): Drag => {
    const perPixel = unitsPerPixel()
    return navigation((by) => steer((from) => moveBy(from, [-by.x * perPixel, by.y * perPixel, 0])))
  }

  const unitsPerPixel = () => {
    const { lens, pose } = eye()
    const far = distanceVec(pose.position, gaze.pivot(depthAhead()))
    return far / (lens.fy * surface.size.height)
  }

  const navigate = ({ button, shiftKey }: PointerEvent): Drag => {
    if (button === 1 || (button === 0 && shiftKey)) return slide()
    return button === 2 || state!.mode === 'record' ? look() : goAround()
  }

  const onDown = (at: Point, event: PointerEvent): Drag | null => {
    host.focus({ preventScroll: true })
    if (!state || gizmo.isDragging) return null
    if (event.button !== 0 || state.mode !== 'edit') return navigate(event)
    const now = hands()
    if (state.tool === 'draw') return drawStroke(now, at)
    if (state.tool === 'pick') return onlyClick(() => pick(now, at), navigate(event))
    const found = pathAt(now, at, reachOf(event.pointerType))
    if (!found) return onlyClick(() => state!.selection && select(null), navigate(event))
    if (!isSame(found, state.selection)) select(found)
    if (state.tool === 'turn' && found.kind === 'key') return turnKey(now, found.id, at)
    return dragPath(now, found, at)
  }

  const pick = (now: Hands, at: Point) => {
    const point = pointAt(now, at)
    if (!point) return
    events.onPick(point)
    events.onAnnounce({ kind: 'picked' })
  }

  const pointer = hearPointer(surface.element, {
    onDown,
    onHover(at, { pointerType }) {
      if (!state || !at) return
      const takes =
        state.mode === 'edit' && pathAt({ state, eye: eye(), line }, at, reachOf(pointerType))
      const drawing = state.mode === 'edit' && (state.tool === 'draw' || state.tool === 'pick')
      surface.element.style.cursor = drawing
        ? 'crosshair'
        : takes || gizmo.isHeld
          ? 'pointer'
          : 'grab'
    },
    onPinch({ by, scale }) {
      const perPixel = unitsPerPixel()
      const pivot = gaze.pivot(depthAhead())
      steer((from) => {
        const slid = moveBy(from, [-by.x * perPixel, by.y * perPixel, 0])
        return approach(slid, pivot, 1 - 1 / scale)
      })
    },
    onWheel(at, steps) {
      if (!state) return
      const point = pointAt(hands(), at) ?? gaze.pivot(depthAhead())
      steer((from) => approach(from, point, 1 - (1 + WHEEL) ** steps))
    },
    onDouble(at) {
      if (!state || state.tool === 'draw') return
      gaze.focus = pointAt(hands(), at)
    },
  })

  const recorder = new Recorder((from) => {
    gesture.change()
    const index = state!.path.keys.length
    events.onRecord(from)
    events.onAnnounce({ kind: 'key-recorded', index })
  })

  const step = (by: 1 | -1) => {
    const { path, selection } = state!
    const at = path.keys.findIndex(({ id }) => selection?.kind === 'key' && selection.id === id)
    const next = path.keys[at < 0 ? (by > 0 ? 0 : path.keys.length - 1) : at + by]
    if (next) select({ kind: 'key', id: next.id })
  }

  const keyboard = hearKeys(host, {
    onFly: redraw,
    onPress({ code, repeat }) {
      if (!state) return false
      if (code === 'Space' && state.mode !== 'play') {
        if (!repeat) recorder.press(view(), performance.now())
        return true
      }
      if (code === 'Period' || code === 'Comma') {
        step(code === 'Period' ? 1 : -1)
        return true
      }
      if (code === 'Escape') return cancel()
      return false
    },
    onRelease(code) {
      if (code === 'Space' && recorder.release(view(), performance.now())) gesture.end()
    },
  })

  /** Ends what is being done, as if it had not been begun. */
  const cancel = (): boolean => {
    if (gizmo.isDragging) {
      gesture.cancel()
      return gizmo.cancel()
    }
    return pointer.cancel()
  }

  const joystick = hearJoystick(surface.stick, surface.knob, redraw)

  const arrange = () => {
    if (!state) return
    const { path, size, theme, selection, tool, mode, isFramed } = state
    const from = view()
    camera.place(from, projectionOf(eye().lens))
    const colors = COLORS[theme]
    surface.placeFrame(isFramed ? frameRect(surface.size, size) : null, theme)
    const { shown } = stage
    photograph.show(state.photograph, photographed(state), size, shown ? keyDepthOf(curve) : 1)
    ground.show(colors, -EYE_HEIGHT, !shown && !state.photograph)
    ground.face(from.position[0], from.position[2])
    overlay.show({ state, curve, line, from: from.position }, colors, surface.overRatio)
    gizmo.fit(surface.size.height)
    gizmo.show({ path, curve }, mode === 'edit' ? selection : null, tool)
  }

  let immersion: Immersion | null = null

  const enterVr = async () => {
    if (immersion) return
    const from = curve?.at(0) ?? view()
    const resume = painter.pause()
    const left = (head: Pose) => {
      immersion = null
      resume()
      gaze.set({ ...view(), ...head })
      surface.resize()
      redraw()
    }
    try {
      const { world: renderer } = surface
      const { scene, root } = stage
      const { empty } = COLORS[state?.theme ?? 'dark']
      immersion = await Immersion.enter({ renderer, scene, root }, from, empty, left)
    } catch (error) {
      resume()
      throw error
    }
  }

  const tick = (now: number) => {
    frame = requestAnimationFrame(tick)
    // nothing to draw yet; or the headset draws, and its person does not see this
    if (!state || immersion) return
    const seconds = Math.min(0.1, (now - before) / 1000)
    before = now
    const steering = together(steeringOf(keyboard.held), joystick.steering, readGamepad())
    if (!isAtRest(steering)) steer((from) => fly(from, steering, seconds, paceOf(keyboard.held)))
    if (gaze.tick(now)) {
      movedAt = now
      redraw()
    }
    recorder.tick(view(), now)
    const moving = now - movedAt < SETTLED
    if (surface.setMoving(moving)) dirty.world = true
    if (dirty.world || dirty.over) arrange()
    if (dirty.world) {
      dirty.world = false
      surface.drawWorld(stage.scene, camera, COLORS[state.theme])
      rate.drawn(now)
    }
    if (dirty.over) {
      dirty.over = false
      surface.drawOver(overlay.scene, camera)
    }
    if (now - readAt > READOUT) read(now)
  }

  const read = (now: number) => {
    readAt = now
    events.onReadout({
      framesPerSecond: rate.perSecond,
      splats: stage.shown?.packed.count ?? 0,
      depth: depthAhead(),
    })
  }

  let frame = requestAnimationFrame(tick)

  return {
    show(next) {
      const last = state
      state = next
      if (last?.path !== next.path) {
        curve = next.path.keys.length > 0 ? curveOf(next.path) : null
        line = lineOf(curve)
      }
      stage.show(next.world)
      dirty.over = true
      if (
        !last ||
        last.playhead !== next.playhead ||
        (next.playhead !== null && last.path !== next.path) ||
        last.photograph !== next.photograph ||
        last.size !== next.size ||
        last.isFramed !== next.isFramed ||
        last.theme !== next.theme ||
        (next.photograph && last.path !== next.path)
      )
        dirty.world = true
    },
    get view() {
      return view()
    },
    lookFrom(to) {
      const now = performance.now()
      if (state?.reducedMotion) gaze.set(to)
      else gaze.flyTo(to, now)
      redraw()
    },
    pictures: (cameras, size, kind = 'single') =>
      painter.paint(
        cameras,
        size,
        () => ({
          empty: stage.shown ? PAPER : COLORS[state?.theme ?? 'dark'].empty,
          hidden: stage.shown ? [ground.object, photograph.object] : [],
        }),
        kind,
      ),
    enterVr,
    depthAt: ({ position, rotation }) =>
      stage.depthAlong({ from: position, along: forwardOf(rotation) }),
    destroy() {
      cancelAnimationFrame(frame)
      immersion?.leave()
      pointer.destroy()
      keyboard.destroy()
      joystick.destroy()
      gizmo.destroy()
      overlay.destroy()
      ground.destroy()
      photograph.destroy()
      painter.destroy()
      stage.destroy()
      surface.destroy()
    },
  }
}

const isSame = (a: Selection, b: Selection) =>
  a?.kind === b?.kind && (a?.kind !== 'key' || (b?.kind === 'key' && a.id === b.id))

/** A drag that moves the view. */
const navigation = (turn: (by: Point) => void): Drag => ({
  move: (_, by) => turn(by),
  end: () => undefined,
  cancel: () => undefined,
})

/** A drag that, where nothing was moved, was a click. */
const onlyClick = (click: () => void, drag: Drag): Drag => ({
  ...drag,
  end(moved, at) {
    drag.end(moved, at)
    if (!moved) click()
  },
})
