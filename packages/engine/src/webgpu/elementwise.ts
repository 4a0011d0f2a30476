import type { Tensor } from '../tensor.ts'
import { elementCount } from '../tensor.ts'
import type { Kernel } from './kernel.ts'
import { kernelsBy } from './kernel.ts'
import type { GpuRecorder } from './recorder.ts'
import { spread } from './recorder.ts'
import { flatIndexSnippet } from './snippets/flat.ts'

/** How many elements a thread takes at once: four where `size` allows it. */
export type Width = 1 | 4

export const widthFor = (size: number): Width => (size % 4 === 0 ? 4 : 1)

/** The WGSL type of `width` elements stored as `dtype`. */
export const wide = (dtype: string, width: number): string =>
  width === 1 ? dtype : `vec${width}<${dtype}>`

export interface Elementwise {
  readonly name: string
  readonly width: Width
  /** Bindings whose elements are read by name in `value`, as `width` elements each … */
  readonly inputs: Readonly<Record<string, Tensor>>
  /** … except those named here, which are bound one element each. */
  readonly scalars?: readonly string[]
  readonly uniforms?: Readonly<
    Record<string, { readonly type: 'u32' | 'f32'; readonly value: number }>
  >
  readonly declarations?: string
  /** WGSL statements that end in a definition of `value`; `i` is the index in units of `width` elements. */
  readonly body: string
}

const threads = 256

type ElementwiseText = Pick<Kernel, 'name' | 'inputs' | 'uniforms'> & {
  readonly result: string
  readonly declarations: string
  readonly body: string
}

const elementwiseKernel = kernelsBy(
  ({ name, inputs, uniforms, result, declarations, body }: ElementwiseText) => ({
    name,
    inputs,
    outputs: { result },
    uniforms: { count: 'u32', ...uniforms },
    workgroup: [threads, 1, 1],
    code: `
${declarations}
${flatIndexSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let i = flatIndex(group, groups, local, ${threads}u);
  if (i >= u.count) { return; }
  ${body}
  result[i] = ${result}(value);
}`,
  }),
)

/** One thread for each `width` elements of `out`. */
export function dispatchElementwise(gpu: GpuRecorder, out: Tensor, work: Elementwise): void {
  const { name, inputs, scalars = [], uniforms = {}, width, declarations = '', body } = work
  const count = elementCount(out.shape) / width
  const types = Object.entries(inputs).map(
    ([name, x]) => [name, wide(x.dtype, scalars.includes(name) ? 1 : width)] as const,
  )
  const kernel = elementwiseKernel({
    name,
    inputs: Object.fromEntries(types),
    uniforms: Object.fromEntries(Object.entries(uniforms).map(([name, { type }]) => [name, type])),
    result: wide(out.dtype, width),
    declarations,
    body,
  })
  const numbers = Object.fromEntries(
    Object.entries(uniforms).map(([name, { value }]) => [name, value]),
  )
  gpu.dispatch(
    kernel,
    { ...inputs, result: out },
    { count, ...numbers },
    spread(Math.ceil(count / threads)),
  )
}
