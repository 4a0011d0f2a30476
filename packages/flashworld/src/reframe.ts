import type { Camera, ImageSize } from '@flashworld/camera'
import { intrinsicsInPixels, normalizeIntrinsics } from '@flashworld/camera'

/**
 * Cameras of pictures of one shape for pictures of another: pixels stay square, and the new picture shows the middle
 * of the old one, so that nothing comes into view that the old one did not show.
 */
export function reframe(cameras: readonly Camera[], from: ImageSize, to: ImageSize): Camera[] {
  const scale = Math.max(to.width / from.width, to.height / from.height)
  return cameras.map((camera) => {
    const { fx, fy, cx, cy } = intrinsicsInPixels(camera, from)
    const pixels = {
      fx: fx * scale,
      fy: fy * scale,
      cx: (cx - from.width / 2) * scale + to.width / 2,
      cy: (cy - from.height / 2) * scale + to.height / 2,
    }
    return { ...camera, ...normalizeIntrinsics(pixels, to) }
  })
}
