import type { ImageSize } from '@flashworld/camera'
import { sameSize } from '@flashworld/camera'
import type { ServerModel } from 'flashworld/client'

export interface OfferedSize extends ImageSize {
  readonly isTrained: boolean
}

export const sizeText = ({ width, height }: ImageSize) => `${width} × ${height}`

/** The sizes that a model was trained on, and the one that is set where it is none of them. */
export function sizesOf(model: ServerModel | undefined, set: ImageSize): readonly OfferedSize[] {
  const trained = (model?.trained.sizes ?? []).map((size) => ({ ...size, isTrained: true }))
  if (trained.some((size) => sameSize(size, set))) return trained
  // without a model nothing is known
  return [...trained, { width: set.width, height: set.height, isTrained: !model }]
}
