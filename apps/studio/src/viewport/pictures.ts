import type { Camera, ImageSize } from '@flashworld/camera'
import { reframe } from '@flashworld/camera'
import type { Object3D, Scene, WebGLRenderer } from 'three'
import { Color, LinearFilter, NoColorSpace, WebGLRenderTarget } from 'three'
import { projectionOf } from './frame.ts'
import { PoseCamera } from './pose-camera.ts'
import { Turns } from './turns.ts'
import { ExactSpark, PUBLISHED_MODEL } from './worlds/spark.ts'

export interface PictureLook {
  /** Where there is nothing. */
  readonly empty: Color
  /** What is in the view, and not in the picture. */
  readonly hidden: readonly Object3D[]
}

/** Draws the world at exact cameras beside the view, one picture at a time. */
export class Painter {
  readonly #renderer: WebGLRenderer
  readonly #scene: Scene
  readonly #camera = new PoseCamera()
  #spark: ExactSpark | null = null
  readonly #turns = new Turns()

  constructor(renderer: WebGLRenderer, scene: Scene) {
    this.#renderer = renderer
    this.#scene = scene
  }

  /** @param look asked for before each picture: what is in the view may change meanwhile */
  async *paint(
    cameras: readonly Camera[],
    size: ImageSize,
    look: () => PictureLook,
    kind: 'single' | 'film',
  ): AsyncGenerator<ImageBitmap> {
    const isFilm = kind === 'film'
    const end = isFilm ? this.#turns.beginFilm() : undefined
    try {
      for (const camera of cameras) {
        yield await this.#turns.take(() => this.#paint(reframe(camera, size), size, look()), isFilm)
      }
    } finally {
      end?.()
    }
  }

  async #paint(
    camera: Camera,
    { width, height }: ImageSize,
    { empty, hidden }: PictureLook,
  ): Promise<ImageBitmap> {
    const renderer = this.#renderer
    const spark = (this.#spark ??= new ExactSpark({
      renderer,
      autoUpdate: false,
      ...PUBLISHED_MODEL,
    }))
    if (spark.target?.width !== width || spark.target.height !== height) {
      spark.target?.dispose()
      spark.target = new WebGLRenderTarget(width, height, {
        colorSpace: NoColorSpace,
        minFilter: LinearFilter,
        generateMipmaps: false,
      })
    }
    this.#camera.place(camera, projectionOf(camera))
    this.#scene.updateMatrixWorld()
    await spark.update({ scene: this.#scene, camera: this.#camera })
    const before = renderer.getClearColor(new Color())
    const shown = hidden.filter(({ visible }) => visible)
    shown.forEach((object) => (object.visible = false))
    renderer.setClearColor(empty, 1)
    spark.renderTarget({ scene: this.#scene, camera: this.#camera })
    renderer.setClearColor(before, 1)
    shown.forEach((object) => (object.visible = true))
    const upsideDown = await spark.readTarget()
    return createImageBitmap(uprightOpaque(upsideDown, width, height))
  }

  /** Draws nothing until the answer is called. */
  pause(): () => void {
    return this.#turns.beginFilm()
  }

  destroy(): void {
    this.#spark?.dispose()
  }
}

function uprightOpaque(rows: Uint8Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height)
  const length = width * 4
  for (let row = 0; row < height; row++) {
    image.data.set(rows.subarray(row * length, (row + 1) * length), (height - 1 - row) * length)
  }
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255
  return image
}
