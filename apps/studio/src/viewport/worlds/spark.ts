import type { Pose } from '@flashworld/math'
import * as Spark from '@sparkjsdev/spark'
import type {
  Camera,
  Color,
  Mesh,
  Quaternion,
  Scene,
  Vector3,
  WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import type { PackedWorld } from './pack.ts'

/** What the view uses of Spark; its own types cannot be followed from a module. */
interface SparkOptions {
  readonly renderer: WebGLRenderer
  readonly onDirty?: () => void
  /** Sorts by itself whenever it is drawn. */
  readonly autoUpdate?: boolean
  readonly preBlurAmount: number
  readonly blurAmount: number
  readonly maxStdDev: number
  readonly minAlpha: number
  readonly sortRadial: boolean
}

interface Renderer extends Mesh {
  readonly uniforms: { readonly encodeLinear: { value: boolean } }
  target?: WebGLRenderTarget
  /** Gathers and sorts for a camera. */
  update(of: { readonly scene: Scene; readonly camera: Camera }): Promise<void>
  /** Draws into the target. */
  renderTarget(of: { readonly scene: Scene; readonly camera: Camera }): WebGLRenderTarget
  /** The target's pixels, RGBA, the lowest row first; the memory is used again. */
  readTarget(): Promise<Uint8Array>
  /** Sorts for what was gathered last; reads the depths back first, which takes a while. */
  driveSort(): Promise<void>
  dispose(): void
}

interface SplatMesh extends Mesh {
  dispose(): void
}

/** Splats as Spark has read them. */
export interface ReadSplats {
  readonly numSplats: number
  readonly extArrays: [Uint32Array, Uint32Array]
  readonly extra: Readonly<Record<string, unknown>>
  getSplat(index: number): {
    readonly center: Vector3
    readonly scales: Vector3
    readonly quaternion: Quaternion
    readonly opacity: number
    readonly color: Color
  }
}

const { SparkRenderer, SplatMesh, ExtSplats } = Spark as unknown as {
  readonly SparkRenderer: new (options: SparkOptions) => Renderer
  readonly SplatMesh: new (options: object) => SplatMesh
  readonly ExtSplats: new (options: object) => { readonly initialized: Promise<ReadSplats> }
}

export type { SplatMesh }

/**
 * The options by which Spark draws the model's own rasterizer: 0.3 added to the covariance in pixels without making
 * up for it in opacity, Gaussians out to where their alpha is 1/255, sorted by depth.
 */
export const PUBLISHED_MODEL = {
  preBlurAmount: 0.3,
  blurAmount: 0,
  maxStdDev: Math.sqrt(2 * Math.log(255)),
  minAlpha: 1 / 255,
  sortRadial: false,
}

/**
 * Spark, blending colours as they are stored, into whatever it draws: into a target, it would take them to linear light.
 * A sort that waits while it is disposed ends in silence.
 */
export class ExactSpark extends SparkRenderer {
  #isDisposed = false

  override onBeforeRender = (...of: Parameters<Mesh['onBeforeRender']>): void => {
    SparkRenderer.prototype.onBeforeRender.apply(this, of)
    this.uniforms.encodeLinear.value = false
  }

  override async driveSort(): Promise<void> {
    if (this.#isDisposed) return
    try {
      await super.driveSort()
    } catch (error) {
      if (!this.#isDisposed) throw error
    }
  }

  override dispose(): void {
    this.#isDisposed = true
    super.dispose()
  }
}

/** The world at its place, as Spark draws it. */
export function splatMesh({ count, extArrays, extra }: PackedWorld, pose: Pose): SplatMesh {
  const extSplats = new ExtSplats({ extArrays, numSplats: count, extra })
  const mesh = new SplatMesh({ extSplats, editable: false, raycastable: false })
  const [w, x, y, z] = pose.rotation
  mesh.position.set(...pose.position)
  mesh.quaternion.set(x, y, z, w)
  return mesh
}

/** Reads a file of one of Spark's formats. @throws Error with Spark's message */
export const readExtSplats = (fileBytes: Uint8Array, fileType: string): Promise<ReadSplats> =>
  new ExtSplats({ fileBytes, fileType }).initialized
