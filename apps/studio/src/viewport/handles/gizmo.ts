import type { Quat } from '@flashworld/math'
import { Object3D } from 'three'
import type { Scene } from 'three'
import { TransformControls } from 'three/addons/controls/TransformControls.js'
import type { Path } from '../../path/path.ts'
import type { PoseCamera } from '../pose-camera.ts'
import type { Selection, Tool } from '../viewport.ts'
import { middleOf, movedPath, withKey } from './move-path.ts'

export interface GizmoEvents {
  /** Whether something is being dragged. */
  onDrag(is: boolean): void
  onPath(path: Path): void
  onDirty(): void
}

const modes = { move: 'translate', turn: 'rotate', scale: 'scale' } as const

/** The handles by which a key, or the whole path, is moved, turned and scaled along axes. */
export class Gizmo {
  readonly #controls: TransformControls
  readonly #handle = new Object3D()
  readonly #events: GizmoEvents
  #path: Path | null = null
  #selection: Selection = null
  /** The path before the drag. */
  #before: Path | null = null

  constructor(camera: PoseCamera, element: HTMLElement, scene: Scene, events: GizmoEvents) {
    this.#events = events
    this.#controls = new TransformControls(camera, element)
    this.#controls.size = 0.8
    scene.add(this.#handle, this.#controls.getHelper())
    this.#controls.addEventListener('change', () => events.onDirty())
    this.#controls.addEventListener('dragging-changed', ({ value }) => {
      this.#before = value ? this.#path : null
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

  show(path: Path, selection: Selection, tool: Tool): void {
    this.#path = path
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

  /** Puts back what is being dragged. */
  cancel(): boolean {
    if (!this.#controls.dragging) return false
    this.#before = null
    this.#controls.pointerUp(null)
    return true
  }

  #place(): void {
    const [path, selection] = [this.#path!, this.#selection]
    const key = selection?.kind === 'key' && path.keys.find(({ id }) => id === selection.id)
    const [w, x, y, z] = key ? key.rotation : ([1, 0, 0, 0] as const)
    this.#handle.position.set(...(key ? key.position : middleOf(path)))
    this.#handle.quaternion.set(x, y, z, w)
    this.#handle.scale.setScalar(1)
  }

  #moved(): void {
    const [before, selection] = [this.#before, this.#selection]
    if (!before || !selection) return
    const { x, y, z } = this.#handle.position
    const turn = this.#handle.quaternion
    const rotation: Quat = [turn.w, turn.x, turn.y, turn.z]
    if (selection.kind === 'key') {
      this.#events.onPath(withKey(before, selection.id, { position: [x, y, z], rotation }))
      return
    }
    const about = middleOf(before)
    // a path is a shape: it is scaled alike in all directions, by the axis that was pulled
    const pulled = this.#handle.scale
      .toArray()
      .reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a), 1)
    const scale = Math.max(0.01, pulled)
    this.#events.onPath(
      movedPath(before, { about, scale, rotation, by: [x - about[0], y - about[1], z - about[2]] }),
    )
  }

  destroy(): void {
    this.#controls.detach()
    this.#controls.dispose()
  }
}
