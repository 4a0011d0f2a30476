import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { hasShape } from '../fits.ts'

export interface GaussianSampleArgs {
  /** `[…, 2Z]`: Z means, then Z logarithms of variances, which count as within -30 to 20. */
  readonly moments: Tensor
  /** `[…, Z]`: standard normal noise. */
  readonly eps: Tensor
}

/** @throws ShapeError */
export function gaussianSampleOutput({ moments, eps }: GaussianSampleArgs): TensorSpec {
  if (!hasShape(moments, eps.shape.with(-1, channels(eps) * 2))) {
    throw new ShapeError('gaussianSample', 'moments[…, 2Z], eps[…, Z]', [moments, eps])
  }
  return { shape: eps.shape, dtype: moments.dtype }
}
