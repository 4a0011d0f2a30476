import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { hasShape } from '../fits.ts'
import { gaussianSampleReference } from './reference.ts'
import { gaussianSampleWasm } from './wasm.ts'
import { gaussianSampleWebGpu } from './webgpu.ts'

export interface GaussianSampleArgs {
  /** `[…, 2Z]`: Z means, then Z logarithms of variances, which count as within -30 to 20. */
  readonly moments: Tensor
  /** `[…, Z]`: standard normal noise. */
  readonly eps: Tensor
}

export const gaussianSampleOp: Op<GaussianSampleArgs> = {
  name: 'gaussianSample',
  output({ moments, eps }) {
    if (!hasShape(moments, eps.shape.with(-1, channels(eps) * 2))) {
      throw new ShapeError('gaussianSample', 'moments[…, 2Z], eps[…, Z]', [moments, eps])
    }
    return { shape: eps.shape, dtype: moments.dtype }
  },
  reference: gaussianSampleReference,
  wasm: gaussianSampleWasm,
  webgpu: gaussianSampleWebGpu,
}

/** Draws from a diagonal Gaussian: mean + exp(logVariance / 2) * eps, `[…, Z]`. @throws ShapeError */
export const gaussianSample = (engine: Engine, moments: Tensor, eps: Tensor): Tensor =>
  engine.run(gaussianSampleOp, { moments, eps })
