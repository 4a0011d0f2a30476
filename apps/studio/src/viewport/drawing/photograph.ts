import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  LinearFilter,
  Mesh,
  MeshBasicMaterial,
  NoColorSpace,
  Texture,
} from 'three'
import type { ImageSize } from '@flashworld/camera'
import type { Photograph } from '../../project/project.ts'
import type { View } from '../../path/path.ts'
import { frustumCorners } from './frusta.ts'

/** A photograph that stands where its frame sees it, as large as the frame there. */
export class PhotographInScene {
  readonly object: Mesh<BufferGeometry, MeshBasicMaterial>
  readonly #onChange: () => void
  readonly #onError: (error: Error) => void
  #shown: Photograph | null = null

  constructor(onChange: () => void, onError: (error: Error) => void) {
    this.#onChange = onChange
    this.#onError = onError
    this.object = new Mesh(new BufferGeometry(), new MeshBasicMaterial({ side: DoubleSide }))
    this.object.visible = false
    this.object.frustumCulled = false
    const quad = { position: [12, 3], uv: [8, 2] } as const
    for (const [name, [length, width]] of Object.entries(quad)) {
      this.object.geometry.setAttribute(name, new BufferAttribute(new Float32Array(length), width))
    }
    this.object.geometry.setIndex([0, 2, 1, 0, 3, 2])
  }

  /** @param ahead how far from the camera of its frame it stands, in the path's unit */
  show(photograph: Photograph | null, view: View, size: ImageSize, ahead: number): void {
    if (photograph?.file !== this.#shown?.file) void this.#load(photograph)
    this.#shown = photograph
    if (!photograph) return
    const { left, top, width, height } = photograph.crop
    const { position, uv } = this.object.geometry.attributes as Record<
      'position' | 'uv',
      BufferAttribute
    >
    position.set(frustumCorners(view, size, ahead).flat())
    const [right, bottom] = [left + width, top + height]
    uv.set([left, top, right, top, right, bottom, left, bottom])
    position.needsUpdate = true
    uv.needsUpdate = true
  }

  async #load(photograph: Photograph | null): Promise<void> {
    this.object.visible = false
    this.object.material.map?.dispose()
    this.object.material.map = null
    if (!photograph) return
    try {
      const picture = await createImageBitmap(photograph.file)
      if (this.#shown?.file !== photograph.file) return picture.close()
      const texture = new Texture(picture)
      texture.flipY = false
      texture.colorSpace = NoColorSpace
      texture.minFilter = LinearFilter
      texture.generateMipmaps = false
      texture.needsUpdate = true
      this.object.material.map = texture
      this.object.material.needsUpdate = true
      this.object.visible = true
      this.#onChange()
    } catch (error) {
      this.#onError(error as Error)
    }
  }

  destroy(): void {
    this.object.material.map?.dispose()
    this.object.geometry.dispose()
    this.object.material.dispose()
  }
}
