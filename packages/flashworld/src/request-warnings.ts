import type { Camera } from '@flashworld/camera'
import { sharesView } from '@flashworld/camera'
import type { RequestDefaults, Resolution } from './known-models.ts'
import { sceneWork } from './known-models.ts'

/** What will probably not come out as hoped, known before the work. */
export interface RequestWarning {
  readonly code: RequestWarningCode
  readonly message: string
}

/** What a warning is about, stable across versions. */
export type RequestWarningCode =
  /** The photograph is damaged, and was opened all the same. */
  | 'image/damaged'
  /** Something was assumed of the cameras. */
  | 'camera/assumed'
  /** Cameras see nothing that the first one sees. */
  | 'camera/disjoint'
  /** The model was trained on scenes of other sizes. */
  | 'request/untrained'

/** Warns of a size that the model was not trained on. */
export function* warnOfSize(
  resolution: Resolution,
  defaults: RequestDefaults,
): Generator<RequestWarning> {
  const { model, trained, resolution: usual } = defaults
  const [frames, height, width] = resolution
  const [least, most] = trained.frames
  const knowsFrames = frames >= least && frames <= most
  const knowsSize = trained.sizes.some((size) => size.width === width && size.height === height)
  if (knowsFrames && knowsSize) return
  const count = least === most ? `${least}` : `${least} to ${most}`
  const sizes = trained.sizes.map((size) => `${size.height} x ${size.width}`).join(', ')
  const times = sceneWork(resolution, defaults) / sceneWork(usual, defaults)
  const longer =
    times < 1.5 ? '' : `; it is ${times.toPrecision(2)} times the work of ${usual.join(' x ')}`
  yield {
    code: 'request/untrained',
    message:
      `resolution: '${model}' was trained on ${count} frames of ${sizes}, ` +
      `so that ${resolution.join(' x ')} may fall apart${longer}`,
  }
}

/** Warns of cameras that share no view with the first. */
export function* warnOfViews(cameras: readonly Camera[]): Generator<RequestWarning> {
  const [first] = cameras
  const apart = cameras.flatMap((camera, i) => (sharesView(first!, camera) ? [] : [i]))
  if (apart.length === 0) return
  yield {
    code: 'camera/disjoint',
    message:
      `cameras: ${apart.length} of the ${cameras.length} frames (the first of them is ${apart[0]}) see nothing that ` +
      'frame 0 sees, so that nothing ties their part of the scene to it',
  }
}
