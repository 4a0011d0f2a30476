import type { DType } from '../../dtype.ts'
import type { Activation } from '../../ops/activation/arguments.ts'
import type { Tensor } from '../../tensor.ts'
import { activateSnippet } from '../snippets/activation.ts'

/** What happens to each sum of a product before it is stored: see `linear`. */
export interface Epilogue {
  readonly bias?: Tensor
  readonly activation?: Activation
  readonly multiply?: Tensor
  readonly gate?: Tensor
  readonly residual?: Tensor
}

const names = ['bias', 'multiply', 'gate', 'residual'] as const

/** The tensors that an epilogue reads, by their names in the kernel. */
export const epilogueTensors = (epilogue: Epilogue): Record<string, Tensor> =>
  Object.fromEntries(names.flatMap((name) => (epilogue[name] ? [[name, epilogue[name]]] : [])))

/** What a kernel's text depends on of an epilogue: which tensors there are, and of which type. */
export type EpilogueText = {
  readonly activation: Activation | undefined
  readonly types: Readonly<Record<string, DType>>
}

export const epilogueText = (epilogue: Epilogue): EpilogueText => ({
  activation: epilogue.activation,
  types: Object.fromEntries(
    Object.entries(epilogueTensors(epilogue)).map(([name, x]) => [name, x.dtype]),
  ),
})

/**
 * Reads: the bindings of `epilogueTensors`, `width` elements each.
 * Defines: `finish(sum: T, at: u32, col: u32) -> T` with `at` the element's index in the whole result and
 * `col` its channel, both in units of `width` elements.
 */
export const finishSnippet = ({ activation, types }: EpilogueText, width: 1 | 4): string => {
  const type = width === 1 ? 'f32' : 'vec4<f32>'
  const { bias, multiply, gate, residual } = types
  return `
${activateSnippet(activation, type)}
fn finish(sum: ${type}, at: u32, col: u32) -> ${type} {
  var value = activate(sum${bias ? ' + bias[col]' : ''});
  ${multiply ? `value *= ${type}(multiply[at]);` : ''}
  ${gate ? 'value *= gate[col];' : ''}
  ${residual ? `value += ${type}(residual[at]);` : ''}
  return value;
}`
}
