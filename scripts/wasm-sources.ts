import { globSync, readFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Field, Struct, WasmKernel } from '../packages/engine/src/wasm/kernel.ts'
import { slotsOf } from '../packages/engine/src/wasm/kernel.ts'

const root = join(import.meta.dirname, '..')

/** What packages import each other's kernels as. */
const packageOf = (file: string) => `@flashworld/${file.split(sep)[1]}`

const kernelFiles = globSync('packages/*/wasm/kernels/*.ts', { cwd: root }).sort()
const declarationFiles = globSync('packages/*/src/**/wasm-kernels.ts', { cwd: root }).sort()
const packages = [...new Set(kernelFiles.map(packageOf))]

/**
 * The packages' kernels (`wasm/kernels/*.ts`, AssemblyScript) by the path that the compiler asks for, with
 * `arguments.ts` made from what the package's `wasm-kernels.ts` declare; and the names of the declared kernels.
 */
export async function readSources() {
  const sources: Record<string, string> = {}
  const kernels: string[] = []
  for (const file of kernelFiles) {
    sources[`node_modules/${packageOf(file)}/wasm/kernels/${basename(file)}`] = readFileSync(
      join(root, file),
      'utf8',
    )
  }
  for (const name of packages) {
    const declared: Record<string, unknown>[] = await Promise.all(
      declarationFiles
        .filter((file) => packageOf(file) === name)
        .map((file) => import(pathToFileURL(join(root, file)).href)),
    )
    const values = declared.flatMap((module) => Object.values(module))
    sources[`node_modules/${name}/wasm/kernels/arguments.ts`] = argumentsSource(
      values.filter(isKernel),
      declared.map(({ constants = {} }) => constants as Record<string, number>),
    )
    kernels.push(...values.filter(isKernel).map((kernel) => kernel.name))
  }
  sources['index.ts'] = packages
    .map((name) => `export * from '${name}/wasm/kernels/index'`)
    .join('\n')
  return { sources, kernels: kernels.sort() }
}

const isKernel = (value: unknown): value is WasmKernel =>
  typeof value === 'object' && value !== null && 'scratch' in value

const className = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}Arguments`

/** Constants, and for each kernel (and each struct in one) the class through which it reads its arguments. */
function argumentsSource(
  kernels: readonly WasmKernel[],
  constants: readonly Record<string, number>[],
) {
  const structs = new Map<string, Struct>()
  const collect = (field: Field) => {
    if (typeof field !== 'string' && 'struct' in field) {
      structs.set(field.struct, field)
      Object.values(field.fields).forEach(collect)
    }
  }
  for (const kernel of kernels) Object.values(kernel.args).forEach(collect)
  return [
    ...constants
      .flatMap(Object.entries)
      .map(([name, value]) => `export const ${name}: i32 = ${value}`),
    ...[...structs].map(([name, { fields }]) => classSource(name, fields)),
    ...kernels.map(({ name, args, scratch }) =>
      classSource(className(name), args, Object.keys(scratch)),
    ),
  ].join('\n')
}

const types = { i32: 'i32', f32: 'f32', f64: 'f64', pointer: 'usize', 'pointer?': 'usize' } as const

function classSource(
  name: string,
  fields: Readonly<Record<string, Field>>,
  scratch: readonly string[] = [],
) {
  let slot = 0
  const lines = Object.entries(fields).map(([field, kind]) => {
    const at = 8 * slot
    slot += slotsOf(kind)
    if (typeof kind === 'string') {
      const type = types[kind]
      return `get ${field}(): ${type} { return <${type}>load<f64>(changetype<usize>(this), ${at}) }`
    }
    if ('struct' in kind)
      return `get ${field}(): ${kind.struct} { return changetype<${kind.struct}>(changetype<usize>(this) + ${at}) }`
    const type = types[kind.each]
    return `${field}(i: i32): ${type} { return <${type}>load<f64>(changetype<usize>(this) + (<usize>i << 3), ${at}) }`
  })
  for (const part of scratch) {
    const at = 8 * slot++
    lines.push(
      `${part}In(scratch: usize): usize { return scratch + <usize>load<f64>(changetype<usize>(this), ${at}) }`,
    )
  }
  return `@unmanaged export class ${name} {\n${lines.map((line) => `  @inline ${line}`).join('\n')}\n}`
}
