import type { Pose } from '@flashworld/math'
import { invertQuat, rotateByQuat, subtractVec } from '@flashworld/math'
import type { WebGLRenderer } from 'three'
import { Group, Scene } from 'three'
import type { Tier } from '../tiers.ts'
import type { World } from '../viewport.ts'
import type { Ray } from './depth.ts'
import { depthAlong } from './depth.ts'
import { foreignType, readForeign, upright } from './foreign.ts'
import type { WorldData } from './read.ts'
import { readWorld } from './read.ts'
import type { SplatMesh } from './spark.ts'
import { ExactSpark, PUBLISHED_MODEL, splatMesh } from './spark.ts'

export interface StageEvents {
  /** Something is to be drawn anew. */
  onDirty(): void
  /** The world that is shown is now another one. */
  onWorld(shown: ShownWorld | null): void
  onError(error: Error): void
}

/** A world that is there. */
export interface ShownWorld extends WorldData {
  /** Where its file's origin stands. */
  readonly pose: Pose
}

/** The scene with the world in it. A world stays until the next one is there. */
export class Stage {
  readonly scene = new Scene()
  /** All that stands in the scene. */
  readonly root = new Group()
  readonly spark: ExactSpark
  shown: ShownWorld | null = null
  #world: World | null = null
  #mesh: SplatMesh | null = null
  #loading = new AbortController()
  readonly #events: StageEvents
  readonly #tier: Tier

  constructor(renderer: WebGLRenderer, tier: Tier, events: StageEvents) {
    this.#events = events
    this.#tier = tier
    this.spark = new ExactSpark({
      renderer,
      onDirty: () => events.onDirty(),
      ...PUBLISHED_MODEL,
      maxStdDev: tier.maxStdDev,
    })
    this.scene.add(this.spark, this.root)
  }

  show(world: World | null): void {
    if (world?.id === this.#world?.id) return
    this.#world = world
    this.#loading.abort()
    this.#loading = new AbortController()
    if (world) void this.#load(world, this.#loading.signal)
    else this.#exchange(null)
  }

  /** How far along a ray, in the path's unit, the world is; null where there is nothing. */
  depthAlong({ from, along }: Ray): number | null {
    if (!this.shown) return null
    const { pose, few } = this.shown
    const home = invertQuat(pose.rotation)
    return depthAlong(few, {
      from: rotateByQuat(home, subtractVec(from, pose.position)),
      along: rotateByQuat(home, along),
    })
  }

  async #load({ file, name, pose }: World, signal: AbortSignal): Promise<void> {
    try {
      const isForeign = foreignType(name) !== undefined
      const data = isForeign
        ? await readForeign({ file, name }, signal)
        : await readWorld({ file, name, most: this.#tier.gaussians }, signal)
      signal.throwIfAborted()
      this.#exchange({ ...data, pose: isForeign ? upright(pose) : pose })
    } catch (error) {
      if (!signal.aborted) this.#events.onError(error as Error)
    }
  }

  #exchange(shown: ShownWorld | null): void {
    if (this.#mesh) {
      this.root.remove(this.#mesh)
      this.#mesh.dispose()
      this.#mesh = null
    }
    if (shown) this.root.add((this.#mesh = splatMesh(shown.packed, shown.pose)))
    this.shown = shown
    this.#events.onWorld(shown)
    this.#events.onDirty()
  }

  destroy(): void {
    this.#loading.abort()
    this.#exchange(null)
    this.spark.dispose()
  }
}
