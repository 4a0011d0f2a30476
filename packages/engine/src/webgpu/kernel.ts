/** A compute kernel as data. The header, the bindings and the uniform block are generated from the record. */
export interface Kernel {
  /** Shown in profilers and errors. */
  readonly name: string
  /** Read-only storage bindings: name to WGSL element type, such as `f32` or `vec4<f16>`. */
  readonly inputs: Readonly<Record<string, string>>
  /** Writable storage bindings. */
  readonly outputs: Readonly<Record<string, string>>
  /** Numbers given at each dispatch, read in WGSL as `u.NAME`. */
  readonly uniforms: Readonly<Record<string, 'u32' | 'i32' | 'f32'>>
  readonly workgroup: readonly [number, number, number]
  /** How many threads a subgroup must have, where the kernel counts on it. */
  readonly subgroup?: number
  /** Declarations, then `fn main(…) { … }` without its attributes. */
  readonly code: string
}

type PlainValue = string | number | boolean | undefined | readonly PlainValue[] | PlainValues

/** What a kernel's text may depend on: finite numbers, strings and the like, so that as JSON they are its key. */
export type PlainValues = { readonly [name: string]: PlainValue }

/**
 * Kernels by the values that their texts depend on, each made once: making a text takes longer than recording
 * its dispatch. `make` sees those values and nothing else, so the same values cannot mean two texts.
 */
export function kernelsBy<Values extends PlainValues>(
  make: (values: Values) => Kernel,
): (values: Values) => Kernel {
  const known = new Map<string, Kernel>()
  return (values) => {
    const key = JSON.stringify(values)
    let kernel = known.get(key)
    if (!kernel) known.set(key, (kernel = make(values)))
    return kernel
  }
}

const directives: readonly (readonly [RegExp, string])[] = [
  [/\bf16\b/, 'enable f16;'],
  [/\bsubgroup/, 'enable subgroups;'],
  [/@subgroup_size/, 'enable subgroup_size_control;'],
  [/\bsubgroup_matrix/, 'enable chromium_experimental_subgroup_matrix;'],
]

/**
 * The whole WGSL text of a kernel: kernels of the same text share a pipeline.
 * @param pinsSubgroups whether the device has `subgroup-size-control`
 */
export function kernelSource(kernel: Kernel, pinsSubgroups: boolean): string {
  const bindings = [
    ...Object.entries(kernel.inputs).map(
      ([name, type]) => `var<storage, read> ${name}: array<${type}>;`,
    ),
    ...Object.entries(kernel.outputs).map(
      ([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`,
    ),
  ].map((line, index) => `@group(0) @binding(${index + 1}) ${line}`)
  const uniforms = Object.entries(kernel.uniforms).map(([name, type]) => `  ${name}: ${type},`)
  const block =
    uniforms.length === 0
      ? []
      : ['struct Uniforms {', ...uniforms, '}', '@group(0) @binding(0) var<uniform> u: Uniforms;']
  const body = [...bindings, ...block, kernel.code.trim()].join('\n')
  const pinned = kernel.subgroup && pinsSubgroups ? ` @subgroup_size(${kernel.subgroup})` : ''
  const entry = body.replace(
    /\bfn main\b/,
    `@compute @workgroup_size(${kernel.workgroup.join(', ')})${pinned}\nfn main`,
  )
  const enables = directives.filter(([pattern]) => pattern.test(entry)).map(([, line]) => line)
  return [...enables, entry, ''].join('\n')
}

/** Bytes of the uniform block, filled from the numbers by name. @throws Error when one is missing */
export function packUniforms(
  kernel: Kernel,
  values: Readonly<Record<string, number>>,
): ArrayBuffer {
  const entries = Object.entries(kernel.uniforms)
  const view = new DataView(new ArrayBuffer(Math.max(16, Math.ceil(entries.length / 4) * 16)))
  entries.forEach(([name, type], index) => {
    const value = values[name]
    if (value === undefined)
      throw new Error(`${kernel.name}: expected uniform ${name}, got nothing`)
    if (type === 'f32') view.setFloat32(index * 4, value, true)
    else if (type === 'i32') view.setInt32(index * 4, value, true)
    else view.setUint32(index * 4, value, true)
  })
  return view.buffer
}
