import type { Gaussians } from '@flashworld/splats'
import { allocateGaussians, PACKED_DEGREE } from '@flashworld/splats'

/** Some 3 ms of a processor, less than a GPU's work in hand. */
const floatsAtOnce = 1 << 21

/** A scene's arrays before there are numbers for them. */
export interface SceneMemory {
  /** Makes some more of the memory ready; nothing to do once all is, or once it was taken. */
  prepare(): void
  /** The arrays, for numbers. */
  take(): Gaussians
}

/**
 * Memory for a scene that is still being made. A system hands memory out page by page when it is first written to, which
 * for millions of Gaussians takes longer than to copy them: so it is written to while the device works.
 */
export function sceneMemory(count: number): SceneMemory {
  const gaussians = allocateGaussians(count, PACKED_DEGREE)
  const { positions, opacities, scales, rotations, sh } = gaussians
  let waiting = [positions, opacities, scales, rotations, sh]
  let at = 0
  return {
    prepare() {
      const [first] = waiting
      if (!first) return
      first.fill(0, at, (at += floatsAtOnce))
      if (at < first.length) return
      waiting.shift()
      at = 0
    },
    take() {
      waiting = [] // zeros must not fall on numbers
      return gaussians
    },
  }
}
