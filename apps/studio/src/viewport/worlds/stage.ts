import { ExtSplats, SparkRenderer, SplatMesh } from '@sparkjsdev/spark'
import type { Camera as ThreeCamera, WebGLRenderer } from 'three'
import { Scene } from 'three'
import type { World } from '../viewport.ts'
import type { WorldData } from './read.ts'
import { readWorld } from './read.ts'

/**
 * The options by which Spark draws the model's own rasterizer: 0.3 added to the covariance in pixels without making
 * up for it in opacity, Gaussians out to where their alpha is 1/255, sorted by depth.
 */
export const publishedModel = {
  preBlurAmount: 0.3,
  blurAmount: 0,
  maxStdDev: Math.sqrt(2 * Math.log(255)),
  minAlpha: 1 / 255,
  sortRadial: false,
}

/** Spark, blending colours as they are stored, into whatever it draws: into a target, it would take them to linear light. */
export class ExactSpark extends SparkRenderer {
  override onBeforeRender(renderer: WebGLRenderer, scene: Scene, camera: ThreeCamera): void {
    super.onBeforeRender(renderer, scene, camera)
    this.uniforms.encodeLinear.value = false
  }
}

export interface StageEvents {
  /** Something is to be drawn anew. */
  onDirty(): void
  /** The world that is shown is now another one. */
  onWorld(data: WorldData | null): void
  onError(error: Error): void
}

/** The scene with the world in it; what stays until the next world is there. */
export class Stage {
  readonly scene = new Scene()
  readonly spark: SparkRenderer
  data: WorldData | null = null
  #world: World | null = null
  #mesh: SplatMesh | null = null
  #loading = new AbortController()
  readonly #events: StageEvents

  constructor(renderer: WebGLRenderer, events: StageEvents) {
    this.#events = events
    this.spark = new ExactSpark({ renderer, onDirty: () => events.onDirty(), ...publishedModel })
    this.scene.add(this.spark)
  }

  show(world: World | null): void {
    if (world?.id === this.#world?.id) return
    this.#world = world
    this.#loading.abort()
    this.#loading = new AbortController()
    if (world) void this.#load(world, this.#loading.signal)
    else this.#exchange(null)
  }

  async #load(world: World, signal: AbortSignal): Promise<void> {
    try {
      const data = await readWorld(world, signal)
      signal.throwIfAborted()
      this.#exchange(data)
    } catch (error) {
      if (!signal.aborted) this.#events.onError(error as Error)
    }
  }

  #exchange(data: WorldData | null): void {
    if (this.#mesh) {
      this.scene.remove(this.#mesh)
      this.#mesh.dispose()
      this.#mesh = null
    }
    if (data) {
      const { count, extArrays, extra } = data.packed
      const extSplats = new ExtSplats({ extArrays, numSplats: count, extra })
      this.#mesh = new SplatMesh({ extSplats, editable: false, raycastable: false })
      this.scene.add(this.#mesh)
    }
    this.data = data
    this.#events.onWorld(data)
    this.#events.onDirty()
  }

  destroy(): void {
    this.#loading.abort()
    this.#exchange(null)
    this.spark.dispose()
  }
}
