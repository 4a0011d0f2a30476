import type { Quat } from '@flashworld/math'
import { subtractVec } from '@flashworld/math'
import { Object3D } from 'three'
import type { Scene } from 'three'
import { TransformControls } from 'three/addons/controls/TransformControls.js'
import type { Curve } from '../../path/curve.ts'
import { indexOfKey, middleOf, overwriteKey, replaceKey, transformPath } from '../../path/edits.ts'
import type { Path } from '../../path/path.ts'
import { AXES } from '../drawing/colors.ts'
import type { PoseCamera } from '../pose-camera.ts'
import type { Selection, Tool } from '../viewport.ts'

export interface GizmoEvents {
  /** Whether something is being dragged. */
  onDrag(is: boolean): void
  onPath(path: Path): void
  onDirty(): void
}

/** CSS pixels from its middle to the end of an arrow, and the share of the view's height that three.js gives it. */
const [ARROW, ARROW_SHARE] = [68, (0.5 * 1.9) / 8]

const modes = { move: 'translate', turn: 'rotate', scale: 'scale' } as const

export interface HeldPath {
  readonly path: Path
  /** Null: the path has no keys. */
  readonly curve: Curve | null
}

/** The handles by which a key, or the whole path, is moved, turned and scaled along axes. */
export class Gizmo {
  readonly #controls: TransformControls
  readonly #handle = new Object3D()
  readonly #events: GizmoEvents
  #held: HeldPath | null = null
  #selection: Selection = null
  /** The path before the drag. */
  #before: HeldPath | null = null

  constructor(camera: PoseCamera, element: HTMLElement, scene: Scene, events: GizmoEvents) {
    this.#events = events
    this.#controls = new TransformControls(camera, element)
    this.#controls.setColors(AXES.x, AXES.y, AXES.z, AXES.held)
    scene.add(this.#handle, this.#controls.getHelper())
    this.#controls.addEventListener('change', () => events.onDirty())
    this.#controls.addEventListener('dragging-changed', ({ value }) => {
      this.#before = value ? this.#held : null
      events.onDrag(value as boolean)
      if (!value) this.#place()
    })
    this.#controls.addEventListener('objectChange', () => this.#moved())
  }

  /** The pointer is on one of the handles, or drags it. */
  get isHeld(): boolean {
    return (
      this.#controls.dragging ||
      (this.#controls.object !== undefined && this.#controls.axis !== null)
    )
  }

  get isDragging(): boolean {
    return this.#controls.dragging
  }

  show(held: HeldPath, selection: Selection, tool: Tool): void {
    const { path } = held
    this.#held = held
    this.#selection = selection
    const mode = tool in modes ? modes[tool as keyof typeof modes] : null
    const key = selection?.kind === 'key' && path.keys.some(({ id }) => id === selection.id)
    // a key alone has no size
    const possible =
      mode !== null && (key ? mode !== 'scale' : selection?.kind === 'path' && path.keys.length > 0)
    if (!possible) {
      this.#controls.detach()
      return
    }
    if (!this.#controls.dragging) this.#place()
    this.#controls.setMode(mode)
    this.#controls.setSpace(key && mode === 'rotate' ? 'local' : 'world')
    if (this.#controls.object !== this.#handle) this.#controls.attach(this.#handle)
  }

  /** Its arrows are as long in every view. @param height of the view, CSS pixels */
  fit(height: number): void {
    this.#controls.size = ARROW / (ARROW_SHARE * height)
  }

  /** Puts back what is being dragged. */
  cancel(): boolean {
    if (!this.#controls.dragging) return false
    this.#before = null
    this.#controls.pointerUp(null)
    return true
  }

  #place(): void {
    const { path, curve } = this.#held!
    const selection = this.#selection
    const index = selection?.kind === 'key' ? indexOfKey(path, selection.id) : -1
    const view = index < 0 ? null : curve!.at(index)
    const [w, x, y, z] = view?.rotation ?? [1, 0, 0, 0]
    this.#handle.position.set(...(view?.position ?? middleOf(path.keys)))
    this.#handle.quaternion.set(x, y, z, w)
    this.#handle.scale.setScalar(1)
  }

  #moved(): void {
    const selection = this.#selection
    if (!this.#before || !selection) return
    const { path } = this.#before
    const { x, y, z } = this.#handle.position
    const turn: Quat = [
      this.#handle.quaternion.w,
      this.#handle.quaternion.x,
      this.#handle.quaternion.y,
      this.#handle.quaternion.z,
    ]
    if (selection.kind === 'key') {
      const key = path.keys[indexOfKey(path, selection.id)]!
      const isMove = this.#controls.mode === 'translate'
      this.#events.onPath(
        isMove
          ? replaceKey(path, { ...key, position: [x, y, z] })
          : overwriteKey(path, key.id, { ...key, rotation: turn }),
      )
      return
    }
    const about = middleOf(path.keys)
    // a path is a shape: it is scaled alike in all directions, by the axis that was pulled farthest
    const pulled = this.#handle.scale
      .toArray()
      .reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a), 1)
    const scale = Math.max(0.01, pulled)
    const move = subtractVec([x, y, z], about)
    this.#events.onPath(transformPath(path, { about, scale, turn, move }))
  }

  destroy(): void {
    this.#controls.detach()
    this.#controls.dispose()
  }
}
