import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import type { GaussianSampleArgs } from './arguments.ts'

export function gaussianSampleReference({ moments, eps }: GaussianSampleArgs, out: Tensor): void {
  const [m, noise, y, size] = [floats(moments), floats(eps), floats(out), channels(eps)]
  y.forEach((_, at) => {
    const mean = Math.floor(at / size) * size * 2 + (at % size)
    const logVariance = Math.min(Math.max(m[mean + size]!, -30), 20)
    y[at] = m[mean]! + Math.exp(logVariance / 2) * noise[at]!
  })
}
