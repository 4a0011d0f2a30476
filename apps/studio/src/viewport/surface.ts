import type { ImageSize } from '@flashworld/camera'
import type { Scene } from 'three'
import { LinearSRGBColorSpace, WebGLRenderer } from 'three'
import type { Colors } from './drawing/colors.ts'
import type { FrameRect } from './frame.ts'
import type { PoseCamera } from './pose-camera.ts'
import type { Tier } from './tiers.ts'
import { deviceOf, tierOf } from './tiers.ts'
import styles from './viewport.module.css'

/**
 * What stands in the host: a canvas with the world, above it one with what is drawn in the world, the exact frame and
 * a stick for fingers. The world is not drawn again when only what lies above it changes, so that editing a path stays
 * quick in a world of millions.
 */
export class Surface {
  readonly element = document.createElement('div')
  readonly stick = document.createElement('div')
  readonly knob = document.createElement('div')
  readonly world: WebGLRenderer
  readonly over: WebGLRenderer
  readonly tier: Tier
  readonly #frame = document.createElement('div')
  readonly #watch: ResizeObserver
  /** CSS pixels. */
  size: ImageSize = { width: 1, height: 1 }
  #ratio = 1

  constructor(host: HTMLElement, onResize: () => void) {
    this.element.className = styles.view!
    this.#frame.className = styles.frame!
    this.#frame.hidden = true
    this.stick.className = styles.stick!
    this.knob.className = styles.knob!
    this.stick.append(this.knob)
    this.world = new WebGLRenderer({ antialias: false, powerPreference: 'high-performance' })
    this.over = new WebGLRenderer({ antialias: true, alpha: true })
    for (const renderer of [this.world, this.over]) {
      renderer.outputColorSpace = LinearSRGBColorSpace
      renderer.domElement.setAttribute('aria-hidden', 'true')
    }
    this.over.setClearColor(0, 0)
    this.over.domElement.classList.add(styles.over!)
    this.element.append(this.world.domElement, this.#frame, this.over.domElement, this.stick)
    host.append(this.element)
    this.tier = tierOf(deviceOf(this.world.getContext() as WebGL2RenderingContext))
    this.#watch = new ResizeObserver(() => {
      this.resize()
      onResize()
    })
    this.#watch.observe(this.element)
    this.resize()
  }

  /** Pixels of the overlay for a CSS pixel. */
  get overRatio(): number {
    return this.over.getPixelRatio()
  }

  /** Fewer pixels while the view moves, where the device asks for it. @returns whether that is another number */
  setMoving(moving: boolean): boolean {
    const { pixelRatio, movingPixelRatio } = this.tier
    const ratio = Math.min(devicePixelRatio, moving ? movingPixelRatio : pixelRatio)
    if (ratio === this.#ratio) return false
    this.#ratio = ratio
    this.world.setPixelRatio(ratio)
    return true
  }

  /** @param rect null: no frame is marked */
  placeFrame(rect: FrameRect | null, theme: string): void {
    const { style } = this.#frame
    this.#frame.hidden = rect === null
    if (!rect) return
    const { left, top, width, height } = rect
    style.left = `${left}px`
    style.top = `${top}px`
    style.width = `${width}px`
    style.height = `${height}px`
    this.#frame.dataset.theme = theme
  }

  drawWorld(scene: Scene, camera: PoseCamera, { empty }: Colors): void {
    this.world.setClearColor(empty, 1)
    this.world.render(scene, camera)
  }

  drawOver(scene: Scene, camera: PoseCamera): void {
    this.over.render(scene, camera)
  }

  /** Fills its element. */
  resize(): void {
    // a headset has its own size
    if (this.world.xr.isPresenting) return
    const { clientWidth, clientHeight } = this.element
    this.size = { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) }
    const ratio = Math.min(devicePixelRatio, this.tier.pixelRatio)
    this.#ratio = ratio
    this.world.setPixelRatio(ratio)
    this.over.setPixelRatio(Math.min(devicePixelRatio, 2))
    for (const renderer of [this.world, this.over]) {
      renderer.setSize(this.size.width, this.size.height, false)
    }
  }

  destroy(): void {
    this.#watch.disconnect()
    for (const renderer of [this.world, this.over]) {
      renderer.dispose()
      renderer.forceContextLoss()
    }
    this.element.remove()
  }
}
