import type { Tensor, TensorSpec } from '../../tensor.ts'

/** `gelu` is its tanh form, as the published model has it. */
export type Activation = 'silu' | 'gelu'

export interface ActivationArgs {
  readonly x: Tensor
  readonly activation: Activation
}

export const activationOutput = ({ x }: ActivationArgs): TensorSpec => ({
  shape: x.shape,
  dtype: x.dtype,
})
