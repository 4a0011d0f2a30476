/**
 * A network's parameters as data: a tree of specifications whose nested keys are the checkpoint's.
 * Loading turns every specification into a tensor and keeps the tree.
 */
import type { Tensor } from '@flashworld/engine'
import type { Balance } from './balance.ts'

/** One parameter: what the checkpoint holds, and what the engine gets of it. */
export interface ParameterSpec {
  /** In the checkpoint. Axes of one may be there or not; a `kernel` may have a time axis after its second. */
  readonly stored: readonly number[]
  /** On the engine. */
  readonly shape: readonly number[]
  /** `half` is the engine's type for matrices. */
  readonly storage: 'half' | 'f32'
  /** `kernel`: `[O, I, kh, kw]` becomes `[O, kh, kw, I]`; of a time axis only the last entry stays. */
  readonly layout: 'as stored' | 'kernel' | 'transposed'
  /** All values are multiplied by this; a power of two, so that nothing is rounded. */
  readonly factor: number
  /** A matrix that engines which prefer it get in 8 bits, as `quantize` makes them. */
  readonly mayBeBytes?: true
  /** Key of a vector that multiplies the rows (the first axis). */
  readonly rowFactors?: string
  /** Of the channels between two layers, which are scaled where they meet. */
  readonly balance?: Balance
  /** What `randomParameters` fills it with, before `factor`. */
  readonly random: RandomNumbers
}

export interface RandomNumbers {
  readonly mean: number
  readonly std: number
  /** What of them is larger, or smaller, than the rest. */
  readonly outliers?: readonly Outliers[]
}

/** Rows (entries of the first axis) or columns (of the last) that are `times` what they would be; a power of two. */
export interface Outliers {
  readonly axis: 'rows' | 'columns'
  readonly places: readonly number[]
  readonly times: number
}

export type ParameterTree =
  ParameterSpec | undefined | readonly ParameterTree[] | { readonly [key: string]: ParameterTree }

/** The tree with a tensor for each specification. */
export type Parameters<T> = T extends ParameterSpec
  ? Tensor
  : T extends undefined
    ? undefined
    : { readonly [K in keyof T]: Parameters<T[K]> }

/** A matrix and a vector: of a linear layer `[N, K]`, `[N]`, or of a convolution `[O, kh, kw, I]`, `[O]`. */
export interface Layer {
  readonly weight: Tensor
  readonly bias: Tensor
}

interface Scaled {
  /** See ParameterSpec. */
  readonly factor?: number
  readonly rowFactors?: string
}

const plain = { layout: 'as stored', factor: 1 } as const

/** A weight matrix `[rows, columns]`; `std` is for random ones, 1 / sqrt(columns) by default. */
export function matrix(
  rows: number,
  columns: number,
  { factor = 1, std = columns ** -0.5 }: { factor?: number; std?: number } = {},
): ParameterSpec {
  const shape = [rows, columns]
  return { ...plain, stored: shape, shape, storage: 'half', factor, random: { mean: 0, std } }
}

/** The transpose `[columns, rows]` of a small table `[rows, columns]`, in f32. */
export const transposed = (rows: number, columns: number): ParameterSpec => ({
  ...table([rows, columns]),
  shape: [columns, rows],
  layout: 'transposed',
})

/** Numbers that are added or multiplied channel by channel, in f32. */
export const table = (shape: readonly number[], std = 0.02): ParameterSpec => ({
  ...plain,
  stored: shape,
  shape,
  storage: 'f32',
  random: { mean: 0, std },
})

/** The weight of a norm: one number a channel, near 1. */
export const normWeight = (size: number): ParameterSpec => ({
  ...table([size]),
  random: { mean: 1, std: 0 },
})

/** A linear layer with bias. */
export const linearLayer = (outputs: number, inputs: number) => ({
  weight: matrix(outputs, inputs),
  bias: table([outputs]),
})

/** A matrix in 8 bits where the engine prefers that. */
export const bytes = (spec: ParameterSpec): ParameterSpec => ({ ...spec, mayBeBytes: true })

/** A linear layer in 8 bits where the engine prefers that; its outputs or its inputs may be balanced. */
export const byteLinearLayer = (outputs: number, inputs: number, balance?: Balance) => ({
  weight: { ...bytes(matrix(outputs, inputs)), ...(balance && { balance }) },
  bias: { ...table([outputs]), ...(balance?.part === 'maker' && { balance }) },
})

/** The factors that balance `size` channels, f32. */
export const balancing = (size: number, balance: Balance): ParameterSpec => ({
  ...normWeight(size),
  balance,
})

/** Sizes of a convolution's kernel, `size` x `size` pixels. */
export interface KernelSizes {
  readonly outputs: number
  readonly inputs: number
  readonly size: number
}

/** A convolution with bias; one of a single pixel is a matrix. `factor` multiplies both. */
export function convLayer(sizes: KernelSizes, { factor = 1, rowFactors }: Scaled = {}) {
  return {
    weight: { ...kernel(sizes), factor, rowFactors },
    bias: { ...table([sizes.outputs]), factor, rowFactors },
  }
}

function kernel({ outputs, inputs, size }: KernelSizes): ParameterSpec {
  return {
    stored: [outputs, inputs, size, size],
    shape: size === 1 ? [outputs, inputs] : [outputs, size, size, inputs],
    storage: 'half',
    layout: 'kernel',
    factor: 1,
    random: { mean: 0, std: (inputs * size * size) ** -0.5 },
  }
}

/** The same tree `count` times. */
export const repeat = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** All specifications with their keys, in the tree's order. */
export function* parameterSpecs(
  tree: ParameterTree,
  prefix = '',
): Generator<[string, ParameterSpec]> {
  if (tree === undefined) return
  if (isSpec(tree)) return yield [prefix, tree]
  for (const [key, inner] of Object.entries(tree)) {
    yield* parameterSpecs(inner as ParameterTree, prefix === '' ? key : `${prefix}.${key}`)
  }
}

/** The tree with each specification replaced by the tensor of its key. */
export const withTensors = <T extends object>(
  tree: T & ParameterTree,
  tensors: Readonly<Record<string, Tensor>>,
): Parameters<T> => replaceSpecs(tree, (key) => tensors[key]) as Parameters<T>

/** The tree with other specifications. */
export const mapSpecs = <T extends ParameterTree>(
  tree: T,
  change: (key: string, spec: ParameterSpec) => ParameterSpec,
): T => replaceSpecs(tree, change) as T

function replaceSpecs(
  tree: ParameterTree,
  replaced: (key: string, spec: ParameterSpec) => unknown,
  key = '',
): unknown {
  if (tree === undefined) return undefined
  if (isSpec(tree)) return replaced(key, tree)
  const below = (name: string, inner: ParameterTree) =>
    replaceSpecs(inner, replaced, key === '' ? name : `${key}.${name}`)
  if (isList(tree)) return tree.map((item, index) => below(String(index), item))
  return Object.fromEntries(Object.entries(tree).map(([name, item]) => [name, below(name, item)]))
}

const isSpec = (tree: NonNullable<ParameterTree>): tree is ParameterSpec => 'stored' in tree

const isList = (tree: ParameterTree): tree is readonly ParameterTree[] => Array.isArray(tree)
