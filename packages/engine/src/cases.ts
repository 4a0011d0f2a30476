import type { DType } from './dtype.ts'
import type { Tensor } from './tensor.ts'

/** Makes the inputs of a case on whichever engine runs it; the same numbers on each. */
export interface TensorMaker {
  /** The engine's storage type for activations and matrices. */
  readonly half: DType
  /** Normal numbers times `scale` (default 1), stored as `half` unless `dtype` says otherwise. */
  normal(shape: readonly number[], options?: { scale?: number; dtype?: DType }): Tensor
  given(values: ArrayLike<number>, shape: readonly number[], dtype?: DType): Tensor
}

/** One call of an operation. The same list feeds the tests and the benchmarks of every backend. */
export interface OpCase<Args extends object> {
  /** What the shape stands for, such as `ffn up` or `odd sizes`. */
  readonly name: string
  /** `test` is small enough for the reference; `bench` has a model's real sizes. */
  readonly use: 'test' | 'bench'
  args(make: TensorMaker): Args
}
