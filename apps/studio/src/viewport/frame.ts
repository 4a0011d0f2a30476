import type { ImageSize, Intrinsics, Lens } from '@flashworld/camera'

/** A rectangle in the view, CSS pixels from its left and top. */
export interface FrameRect {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Share of the view that the frame leaves free, on each side. */
const MARGIN = 0.06

/** Where the pictures that are made stand in the view: as large as fits, in its middle. */
export function frameRect(view: ImageSize, picture: ImageSize): FrameRect {
  const scale =
    (1 - 2 * MARGIN) * Math.min(view.width / picture.width, view.height / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  return { left: (view.width - width) / 2, top: (view.height - height) / 2, width, height }
}

/** The intrinsics, normalised to the view, by which the frame shows exactly what the lens sees. */
export function viewIntrinsics(lens: Lens, frame: FrameRect, view: ImageSize): Intrinsics {
  return {
    fx: (lens.fx * frame.width) / view.width,
    fy: (lens.fy * frame.height) / view.height,
    cx: (frame.left + lens.cx * frame.width) / view.width,
    cy: (frame.top + lens.cy * frame.height) / view.height,
  }
}

/** What is nearer or farther than this is not drawn, in the path's unit. */
export const [NEAR, FAR] = [0.01, 1000]

/** OpenGL's projection of normalised intrinsics, row by row. */
export function projectionOf({ fx, fy, cx, cy }: Intrinsics): readonly number[] {
  // prettier-ignore
  return [
    2 * fx, 0, 1 - 2 * cx, 0,
    0, 2 * fy, 2 * cy - 1, 0,
    0, 0, (NEAR + FAR) / (NEAR - FAR), (2 * NEAR * FAR) / (NEAR - FAR),
    0, 0, -1, 0,
  ]
}
