import type { ImageSize } from '@flashworld/camera'
import type { Crop } from '../project/project.ts'

/** Sides of the part of a photograph that is as large as can be at a picture's proportions, in shares. */
const largest = (photograph: ImageSize, picture: ImageSize) => {
  const ratio = (picture.width * photograph.height) / (picture.height * photograph.width)
  return { width: Math.min(1, ratio), height: Math.min(1, 1 / ratio) }
}

const within = (left: number, most: number) => Math.min(most, Math.max(0, left))

/** The farthest that one may go into a photograph. */
export const MAX_ZOOM = 4

export interface Placing {
  /** 1: as much of the photograph as the picture's proportions let in. */
  readonly zoom: number
  /** The crop's middle, in shares of the photograph. */
  readonly x: number
  readonly y: number
}

/** The part of a photograph, at a picture's proportions, with this middle, or as near as the edges let it. */
export function cropAt(photograph: ImageSize, picture: ImageSize, placing: Placing): Crop {
  const whole = largest(photograph, picture)
  const zoom = Math.min(MAX_ZOOM, Math.max(1, placing.zoom))
  const [width, height] = [whole.width / zoom, whole.height / zoom]
  return {
    left: within(placing.x - width / 2, 1 - width),
    top: within(placing.y - height / 2, 1 - height),
    width,
    height,
  }
}

/** As much as can be seen of the photograph's middle. */
export const centreCrop = (photograph: ImageSize, picture: ImageSize): Crop =>
  cropAt(photograph, picture, { zoom: 1, x: 0.5, y: 0.5 })

/** Where a crop stands, whatever the proportions were for which it was made. */
export function placingOf(crop: Crop, photograph: ImageSize, picture: ImageSize): Placing {
  const whole = largest(photograph, picture)
  return {
    zoom: Math.min(whole.width / crop.width, whole.height / crop.height),
    x: crop.left + crop.width / 2,
    y: crop.top + crop.height / 2,
  }
}

/** A crop for pictures of other proportions: about the same middle, as close. */
export const refitCrop = (crop: Crop, photograph: ImageSize, picture: ImageSize): Crop => {
  const { x, y } = placingOf(crop, photograph, picture)
  const before = Math.max(crop.width, crop.height)
  return cropAt(photograph, picture, { zoom: 1 / before, x, y })
}

/** Proportions as one says them, such as `3:2`; where small numbers do not fit, as `1.47:1`. */
export function ratioText({ width, height }: ImageSize): string {
  for (let down = 1; down <= 9; down++) {
    const across = (width / height) * down
    if (Math.abs(across - Math.round(across)) < 0.01) return `${Math.round(across)}:${down}`
  }
  return `${(width / height).toFixed(2)}:1`
}
