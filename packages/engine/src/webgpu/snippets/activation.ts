import type { Activation } from '../../ops/activation/arguments.ts'

/** Defines: `activate(x: T) -> T` for `T` = `f32` or a vector of them. */
export const activateSnippet = (activation: Activation | undefined, type = 'f32'): string => {
  switch (activation) {
    case 'silu':
      return `fn activate(x: ${type}) -> ${type} { return x / (1.0 + exp(-x)); }`
    case 'gelu':
      // tanh overflows to NaN on some devices for large arguments; beyond 10 it is 1 in f32 anyway
      return `fn activate(x: ${type}) -> ${type} {
  let inner = 0.7978845608028654 * (x + 0.044715 * x * x * x);
  return 0.5 * x * (1.0 + tanh(clamp(inner, ${type}(-10.0), ${type}(10.0))));
}`
    case undefined:
      return `fn activate(x: ${type}) -> ${type} { return x; }`
  }
}
