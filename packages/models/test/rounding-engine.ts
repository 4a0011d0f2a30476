import type { DType, Engine, Tensor } from '@flashworld/engine'
import { createReferenceEngine, floats, withParts } from '@flashworld/engine'

/**
 * A CPU's engine (default the reference) in a GPU's f16: the same arithmetic, with everything that would be stored as f16
 * rounded to it. It shows on any machine what f16 costs, and where a type is not as meant. What a GPU keeps as f16 within one
 * operation (attention's weights) it does not show.
 * @param bytes whether networks keep in 8 bits what may be, as on a GPU
 */
export function createRoundingEngine(
  onto: Engine = createReferenceEngine(),
  { bytes = false } = {},
): Engine {
  const stored = (x: Tensor, dtype: DType): Tensor => {
    if (dtype === 'f16') {
      const values = floats(x)
      for (let i = 0; i < values.length; i++) values[i] = Math.f16round(values[i]!)
    }
    return { ...x, dtype }
  }
  return withParts(onto, (engine) => ({
    name: `${onto.name}, f16 storage`,
    half: 'f16',
    bytes,
    run: (op, args) => stored(engine.run(op, args), op.output(args).dtype),
    upload: (data, shape, dtype = data instanceof Uint32Array ? 'u32' : 'f32') =>
      stored(engine.upload(data, shape, dtype), dtype),
    zeros: (shape, dtype = 'f32') => stored(engine.zeros(shape, dtype), dtype),
  }))
}
