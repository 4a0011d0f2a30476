import type { Pose, Vec3 } from '@flashworld/math'
import { scaleVec } from '@flashworld/math'
import type { Object3D, Scene, WebGLRenderer } from 'three'
import { Group, PerspectiveCamera, Quaternion, Vector3 } from 'three'
import type { Color } from 'three'
import { METRES_PER_UNIT, standAt, sticksOf, Walker } from './walk.ts'

/** What is nearer or farther is not drawn, metres. */
const [NEAR, FAR] = [0.05, 4000]

export interface ImmersionScene {
  readonly renderer: WebGLRenderer
  readonly scene: Scene
  /** All that stands in the scene in the path's unit: while one is in it, it is as large as a world. */
  readonly root: Object3D
}

/** A world entered with a headset: one stands in it in metres, and walks by the controllers' sticks. */
export class Immersion {
  readonly #at: ImmersionScene
  readonly #session: XRSession
  readonly #rig = new Group()
  readonly #camera = new PerspectiveCamera(60, 1, NEAR, FAR)
  readonly #walker: Walker
  #before: number | null = null

  /**
   * Enters at a pose. The browser wants it to be called while a click is being answered.
   * @param onEnd hears where the head was, in the path's unit
   * @throws DOMException where the device or the person refuses
   */
  static async enter(
    at: ImmersionScene,
    from: Pose,
    empty: Color,
    onEnd: (head: Pose) => void,
  ): Promise<Immersion> {
    const session = await navigator.xr!.requestSession('immersive-vr')
    const immersion = new Immersion(at, session, from)
    session.addEventListener('end', () => onEnd(immersion.#left()))
    at.renderer.xr.enabled = true
    // the head begins at the room's origin, however tall the person is
    at.renderer.xr.setReferenceSpaceType('local')
    await at.renderer.xr.setSession(session)
    at.renderer.setClearColor(empty, 1)
    at.renderer.setAnimationLoop(() => immersion.#frame())
    return immersion
  }

  private constructor(at: ImmersionScene, session: XRSession, from: Pose) {
    this.#at = at
    this.#session = session
    this.#walker = new Walker(standAt(from))
    this.#rig.add(this.#camera)
    at.scene.add(this.#rig)
    at.root.scale.setScalar(METRES_PER_UNIT)
    this.#place()
  }

  #frame(): void {
    const { renderer, scene } = this.#at
    // the time that a frame is told may be one to come, and the next one's lie before it
    const now = performance.now()
    const seconds = this.#before === null ? 0 : Math.min(0.1, (now - this.#before) / 1000)
    this.#before = now
    this.#walker.step(sticksOf(this.#session.inputSources), this.#head(), seconds)
    this.#place()
    renderer.render(scene, this.#camera)
  }

  #place(): void {
    const { position, yaw } = this.#walker.stand
    this.#rig.position.set(...position)
    this.#rig.rotation.y = (yaw * Math.PI) / 180
    this.#rig.updateMatrixWorld()
  }

  /** Where the head is, metres. */
  #head(): Pose {
    const { x, y, z } = this.#camera.getWorldPosition(new Vector3())
    const turn = this.#camera.getWorldQuaternion(new Quaternion())
    return { position: [x, y, z], rotation: [turn.w, turn.x, turn.y, turn.z] }
  }

  #left(): Pose {
    const { renderer, scene, root } = this.#at
    const { position, rotation } = this.#head()
    renderer.setAnimationLoop(null)
    renderer.xr.enabled = false
    scene.remove(this.#rig)
    root.scale.setScalar(1)
    return { position: scaleVec(position, 1 / METRES_PER_UNIT) as Vec3, rotation }
  }

  /** Leaves the world. */
  leave(): void {
    void this.#session.end()
  }
}
