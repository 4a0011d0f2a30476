import type { Engine, LinearOptions, Tensor } from '@flashworld/engine'
import { linear, quantize, quantizedLinear } from '@flashworld/engine'

/** Rows as a layer multiplies them: those that several layers read are quantised once. */
export const rowsFor = (engine: Engine, x: Tensor, weight: Tensor): Tensor =>
  isQuantized(weight) && !isQuantized(x) ? quantize(engine, x) : x

/** A linear layer, in 8 bits where its weight is. What comes out is stored as half unless `dtype` says otherwise. */
export function project(
  engine: Engine,
  x: Tensor,
  { weight, bias }: { readonly weight: Tensor; readonly bias?: Tensor },
  { dtype = engine.half, ...options }: Omit<LinearOptions, 'bias'> = {},
): Tensor {
  const product = isQuantized(weight) ? quantizedLinear : linear
  return product(engine, rowsFor(engine, x, weight), weight, {
    ...(bias && { bias }),
    ...options,
    dtype,
  })
}

const isQuantized = (x: Tensor) => x.dtype === 'u32'
