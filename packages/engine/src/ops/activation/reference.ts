import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { Activation, ActivationArgs } from './arguments.ts'

/** One number through an activation; `undefined` leaves it as it is. */
export function activate(activation: Activation | undefined, x: number): number {
  switch (activation) {
    case 'silu':
      return x / (1 + Math.exp(-x))
    case 'gelu':
      return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
    case undefined:
      return x
  }
}

export function activationReference({ x, activation }: ActivationArgs, out: Tensor): void {
  const y = floats(out)
  floats(x).forEach((value, i) => (y[i] = activate(activation, value)))
}
