import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Mesh,
  NoColorSpace,
  ShaderMaterial,
  Texture,
} from 'three'
import type { ImageSize } from '@flashworld/camera'
import { mixVec } from '@flashworld/math'
import type { Photograph } from '../../project/project.ts'
import type { View } from '../../path/path.ts'
import { frustumCorners } from './frusta.ts'

const vertexShader = /* glsl */ `
  attribute vec2 corner;
  varying vec2 at;
  varying vec2 place;
  void main() {
    at = uv;
    place = corner;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }
`

/** The picture; the canvas does not smooth edges, so that its own fade over the pixel in which they are. */
const fragmentShader = /* glsl */ `
  uniform sampler2D map;
  varying vec2 at;
  varying vec2 place;
  void main() {
    vec2 inside = min(place, 1.0 - place) / fwidth(place);
    gl_FragColor = vec4(texture2D(map, at).rgb, clamp(0.5 + min(inside.x, inside.y), 0.0, 1.0));
  }
`

/** Samples of a texture that is seen at a slant. */
const ANISOTROPY = 8

/** What is drawn is larger by this share of the picture at each side, so that the pixels of its edges are whole. */
const MARGIN = 0.02

/** A photograph that stands where its frame sees it, as large as the frame there. */
export class PhotographInScene {
  readonly object: Mesh<BufferGeometry, ShaderMaterial>
  readonly #onChange: () => void
  readonly #onError: (error: Error) => void
  #shown: Photograph | null = null

  constructor(onChange: () => void, onError: (error: Error) => void) {
    this.#onChange = onChange
    this.#onError = onError
    this.object = new Mesh(
      new BufferGeometry(),
      new ShaderMaterial({
        vertexShader,
        fragmentShader,
        uniforms: { map: { value: null } },
        side: DoubleSide,
        transparent: true,
      }),
    )
    this.object.visible = false
    this.object.frustumCulled = false
    // splats are drawn over it, as over the ground
    this.object.renderOrder = -1
    const [low, high] = [-MARGIN, 1 + MARGIN]
    const corners = new Float32Array([low, low, high, low, high, high, low, high])
    this.object.geometry.setAttribute('corner', new BufferAttribute(corners, 2))
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
    const corners = frustumCorners(view, size, ahead)
    position.set(corners.flatMap((corner, i) => mixVec(corners[(i + 2) % 4]!, corner, 1 + MARGIN)))
    const [x, y] = [width * MARGIN, height * MARGIN]
    const [right, bottom] = [left + width + x, top + height + y]
    uv.set([left - x, top - y, right, top - y, right, bottom, left - x, bottom])
    position.needsUpdate = true
    uv.needsUpdate = true
  }

  async #load(photograph: Photograph | null): Promise<void> {
    this.object.visible = false
    this.#texture?.dispose()
    this.#texture = null
    if (!photograph) return
    try {
      const picture = await createImageBitmap(photograph.file)
      if (this.#shown?.file !== photograph.file) return picture.close()
      const texture = new Texture(picture)
      texture.flipY = false
      texture.colorSpace = NoColorSpace
      texture.anisotropy = ANISOTROPY
      texture.needsUpdate = true
      this.#texture = texture
      this.object.visible = true
      this.#onChange()
    } catch (error) {
      this.#onError(error as Error)
    }
  }

  get #texture(): Texture | null {
    return this.object.material.uniforms.map!.value as Texture | null
  }

  set #texture(texture: Texture | null) {
    this.object.material.uniforms.map!.value = texture
  }

  destroy(): void {
    this.#texture?.dispose()
    this.object.geometry.dispose()
    this.object.material.dispose()
  }
}
