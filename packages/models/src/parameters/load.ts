import type { Engine } from '@flashworld/engine'
import { elementCount } from '@flashworld/engine'
import { readF16Bits, readF32, readLastTap } from '../weights/read-tensor.ts'
import { requireTensor } from '../weights/require-tensor.ts'
import type { TensorEntry, TensorTable } from '../weights/tensor.ts'
import type { BuildOptions, ParameterData } from './build.ts'
import { buildParameters, storageType } from './build.ts'
import type { Parameters, ParameterSpec, ParameterTree } from './spec.ts'
import { parameterSpecs } from './spec.ts'

export interface LoadOptions extends BuildOptions {
  /** Where the parameters are, by their keys. Keys that the tree lacks are not read. */
  readonly table: TensorTable
}

/**
 * Loads a network's parameters onto an engine, one after another. All keys and shapes are checked
 * before anything is read.
 * @throws WeightsError `weights/missing-key`, `weights/shape`, `weights/dtype`; the signal's reason
 */
export async function loadParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
  { table, ...options }: LoadOptions,
): Promise<Parameters<T>> {
  const entries = new Map<string, TensorEntry>()
  for (const [key, spec] of parameterSpecs(tree)) {
    entries.set(key, findTensor(table, key, spec))
    if (spec.rowFactors) rowFactorsEntry(table, spec.rowFactors, spec)
  }
  return buildParameters(engine, tree, {
    ...options,
    async produce(key, spec) {
      const entry = entries.get(key)!
      const isHalf = storageType(engine, spec) === 'f16'
      const isChanged = spec.layout !== 'as stored' || spec.factor !== 1 || spec.rowFactors
      if (isHalf && !isChanged) return new Float16Array((await readF16Bits(entry)).buffer)
      const values = await readChanged(table, entry, spec)
      return isHalf ? new Float16Array(values) : values
    },
  })
}

/** All that is done to a stored parameter before an engine gets it. */
async function readChanged(
  table: TensorTable,
  entry: TensorEntry,
  spec: ParameterSpec,
): Promise<ParameterData> {
  const values = spec.layout === 'kernel' ? await readLastTap(entry) : await readF32(entry)
  if (spec.rowFactors) {
    multiplyRows(values, await readF32(rowFactorsEntry(table, spec.rowFactors, spec)))
  }
  if (spec.factor !== 1) {
    for (let i = 0; i < values.length; i++) values[i]! *= spec.factor
  }
  switch (spec.layout) {
    case 'as stored':
      return values
    case 'kernel':
      return channelsLast(values, spec.stored)
    case 'transposed':
      return channelsLast(values, [1, ...spec.stored])
  }
}

/** `[O, I, …]` to `[O, …, I]`. */
function channelsLast(values: Float32Array, stored: readonly number[]): Float32Array {
  const [outputs = 1, inputs = 1, ...pixels] = stored
  const size = elementCount(pixels)
  if (size === 1) return values
  const out = new Float32Array(values.length)
  let at = 0
  for (let o = 0; o < outputs; o++) {
    for (let pixel = 0; pixel < size; pixel++) {
      const first = o * inputs * size + pixel
      for (let i = 0; i < inputs; i++) out[at++] = values[first + i * size]!
    }
  }
  return out
}

function multiplyRows(values: Float32Array, factors: Float32Array): void {
  const size = values.length / factors.length
  factors.forEach((factor, row) => {
    for (let i = row * size; i < (row + 1) * size; i++) values[i]! *= factor
  })
}

function rowFactorsEntry(table: TensorTable, key: string, spec: ParameterSpec): TensorEntry {
  return requireTensor(table, key, { shape: [spec.stored[0]!] })
}

function findTensor(table: TensorTable, key: string, spec: ParameterSpec): TensorEntry {
  const shape = table.tensors.get(key)?.shape
  return requireTensor(table, key, {
    shape: shape && isStoredAs(spec, shape) ? shape : spec.stored,
  })
}

function isStoredAs({ layout, stored }: ParameterSpec, shape: readonly number[]): boolean {
  if (layout !== 'kernel') return isEqual(withoutOnes(shape), withoutOnes(stored))
  const taps = shape.length === 5 ? shape[2]! : undefined
  if (taps === undefined) return isEqual(shape, stored)
  return (taps === 1 || taps === 3) && isEqual(shape.toSpliced(2, 1), stored)
}

const withoutOnes = (shape: readonly number[]) => shape.filter((size) => size !== 1)

const isEqual = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, axis) => size === b[axis])
