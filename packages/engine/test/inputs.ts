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

/**
 * The largest relative error of a row or a column of a matrix with so many columns: its L2 error over its own norm or
 * that of an average one, whichever is larger. So a single row or column that is wrong, or missing, shows however
 * large the whole is. NaN anywhere gives NaN.
 */
export function lineError(a: Float32Array, b: Float32Array, columns: number): number {
  if (a.length !== b.length) return NaN
  const count = b.length / columns
  const mean = Math.sqrt(b.reduce((sum, v) => sum + v * v, 0) / b.length)
  const worst = (lines: number, length: number, at: (line: number, i: number) => number) => {
    let most = 0
    for (let line = 0; line < lines; line++) {
      let [difference, norm] = [0, 0]
      for (let i = 0; i < length; i++) {
        difference += (a[at(line, i)]! - b[at(line, i)]!) ** 2
        norm += b[at(line, i)]! ** 2
      }
      const error = Math.sqrt(difference / Math.max(norm, mean ** 2 * length, 1e-60))
      most = Math.max(most, error)
    }
    return most
  }
  return Math.max(
    worst(count, columns, (row, column) => row * columns + column),
    worst(columns, count, (column, row) => row * columns + column),
  )
}
