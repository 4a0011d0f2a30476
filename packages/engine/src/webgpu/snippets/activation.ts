import type { Activation } from '../../ops/activation/arguments.ts'

/** Defines: `activate(x: T) -> T` for `T` = `f32` or a vector of them. */
export const activateSnippet = (activation: Activation | undefined, type = 'f32'): string => {
  switch (activation) {
    case 'silu':
      return `fn activate(x: ${type}) -> ${type} { return x / (1.0 + exp(-x)); }`
    case 'gelu':
      // 0.5 (1 + tanh(t)) = 1 / (1 + exp(-2 t)), which takes one exponential; it is not let become infinite
      return `fn activate(x: ${type}) -> ${type} {
  let twice = 1.5957691216057308 * (x + 0.044715 * x * x * x);
  return x / (1.0 + exp(min(-twice, ${type}(80.0))));
}`
    case undefined:
      return `fn activate(x: ${type}) -> ${type} { return x; }`
  }
}
