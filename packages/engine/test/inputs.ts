import type { DType, Engine, TensorMaker } from '../src/index.ts'
import { createNoise, elementCount } from '../src/index.ts'

/**
 * Makes a case's inputs on an engine. Each engine gets the same numbers, and all of them can be stored as
 * f16 unless f32 is asked for, so that a difference between two engines is the operation's own.
 */
export function tensorMaker(engine: Engine, seed = 1): TensorMaker {
  const noise = createNoise(seed)
  return {
    half: engine.half,
    normal(shape, { scale = 1, dtype } = {}) {
      const data = noise.normal(elementCount(shape)).map((v) => v * scale)
      return engine.upload(
        dtype === 'f32' ? data : Float16Array.from(data),
        shape,
        dtype ?? engine.half,
      )
    },
    given: (values, shape, dtype: DType = engine.half) =>
      engine.upload(
        dtype === 'u32' ? Uint32Array.from(values) : Float32Array.from(values),
        shape,
        dtype,
      ),
  }
}
