import type { Engine } from '@flashworld/engine'
import { elementCount, packedBytes, packTurned } from '@flashworld/engine'
import { WeightsError } from '../weights/errors.ts'
import { lendBuffer, returnBuffer } from '../weights/lent-buffers.ts'
import { readCodes, readF16Bits, readF32, readLastTap } from '../weights/read-tensor.ts'
import { requireTensor } from '../weights/require-tensor.ts'
import type { TensorEntry, TensorTable } from '../weights/tensor.ts'
import type { Balance } from './balance.ts'
import { addMaker, addReader, balance, channelLengths, factorsOf } from './balance.ts'
import type { BuildOptions } from './build.ts'
import { buildParameters, dataType, isBalanced, isBytes } from './build.ts'
import { parameterLayout } from './layout.ts'
import type { Parameters, ParameterSpec, ParameterTree } from './spec.ts'
import { parameterSpecs } from './spec.ts'

export interface LoadOptions extends BuildOptions {
  /** Where the parameters are, by their keys. Keys that the tree lacks are not read. */
  readonly table: TensorTable
}

/**
 * Loads a network's parameters onto an engine, one after another. All keys and shapes are checked
 * before anything is read.
 * @throws WeightsError `weights/missing-key`, `weights/shape`, `weights/dtype`, `weights/outdated`; the signal's reason
 */
export async function loadParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
  { table, ...options }: LoadOptions,
): Promise<Parameters<T>> {
  const entries = findParameters(table, tree)
  return buildParameters(engine, tree, {
    ...options,
    async produce(key, spec) {
      const entry = entries.get(key)!
      if (isBytes(engine, spec) && entry.turned) return readPacked(entry)
      const type = dataType(engine, spec)
      if (table.layout !== undefined || isBalanced(engine, spec))
        return readParameter(table, entry, spec, type)
      if (spec.balance?.part === 'factors') return new Float32Array(entry.shape[0]!).fill(1)
      return readParameter(table, entry, { ...spec, balance: undefined }, type)
    },
  })
}

/** Rows in 8 bits as `quantize` lays them out. */
async function readPacked(entry: TensorEntry): Promise<Uint32Array<ArrayBuffer>> {
  const turned = await readCodes(entry)
  const packed = packTurned(turned, lendBuffer(packedBytes(turned)))
  returnBuffer(turned.codes.buffer)
  return packed
}

/**
 * The tensors of a network's parameters by their keys, checked, unread.
 * @throws WeightsError `weights/missing-key`, `weights/shape`, `weights/dtype`, `weights/outdated`
 */
export function findParameters(table: TensorTable, tree: ParameterTree): Map<string, TensorEntry> {
  const entries = new Map<string, TensorEntry>()
  const isConverted = table.layout !== undefined
  if (isConverted && table.layout !== parameterLayout(tree)) {
    throw new WeightsError(
      'weights/outdated',
      `${table.name}: converted by another version, whose parameters lie otherwise; convert the published files again`,
    )
  }
  for (const [key, spec] of parameterSpecs(tree)) {
    if (isConverted) {
      entries.set(key, requireTensor(table, key, { shape: spec.shape }))
      continue
    }
    entries.set(key, findPublished(table, key, spec))
    if (spec.rowFactors) rowFactorsEntry(table, spec.rowFactors, spec)
  }
  return entries
}

/** A parameter's numbers as an engine gets them. */
export async function readParameter(
  table: TensorTable,
  entry: TensorEntry,
  spec: ParameterSpec,
  type: 'f16' | 'f32',
): Promise<Float32Array<ArrayBuffer> | Float16Array<ArrayBuffer>> {
  const isChanged =
    spec.layout !== 'as stored' || spec.factor !== 1 || spec.rowFactors || spec.balance
  if (table.layout === undefined && isChanged) {
    const values = await readChanged(table, entry, spec)
    return type === 'f16' ? new Float16Array(values) : values
  }
  return type === 'f16' ? new Float16Array((await readF16Bits(entry)).buffer) : readF32(entry)
}

/** All that is done to a published parameter before an engine gets it. */
async function readChanged(
  table: TensorTable,
  entry: TensorEntry,
  spec: ParameterSpec,
): Promise<Float32Array<ArrayBuffer>> {
  const values = spec.layout === 'kernel' ? await readLastTap(entry) : await readF32(entry)
  if (spec.rowFactors) {
    multiplyRows(values, await readF32(rowFactorsEntry(table, spec.rowFactors, spec)))
  }
  if (spec.balance && spec.balance.part !== 'factors')
    balance(values, spec.balance.part, await knownOrRead(table, spec.balance))
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
function channelsLast(
  values: Float32Array<ArrayBuffer>,
  stored: readonly number[],
): Float32Array<ArrayBuffer> {
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

/** The factors of each pair of layers that was asked for, by the table that they are in. */
const knownFactors = new WeakMap<TensorTable, Map<string, Promise<Float32Array<ArrayBuffer>>>>()

/** The factors of the channels between two layers of a published table. */
function knownOrRead(table: TensorTable, pair: Balance): Promise<Float32Array<ArrayBuffer>> {
  const known = knownFactors.get(table) ?? new Map<string, Promise<Float32Array<ArrayBuffer>>>()
  knownFactors.set(table, known)
  const factors = known.get(pair.maker) ?? readFactors(table, pair)
  known.set(pair.maker, factors)
  return factors
}

/** Some rows at a time: of the largest layers each has 176 MB. */
const rowsAtOnce = 256

async function readFactors(table: TensorTable, { maker, reader }: Balance) {
  const [made, read] = [maker, reader].map((key) =>
    requireTensor(table, key, { shape: [null, null] }),
  ) as [TensorEntry, TensorEntry]
  const [channels, size] = made.shape as [number, number]
  const lengths = channelLengths(channels)
  for (let start = 0; start < channels; start += rowsAtOnce) {
    const end = Math.min(start + rowsAtOnce, channels)
    addMaker(lengths, await readF32(made, { start, end }), size, start)
  }
  for (let start = 0; start < read.shape[0]!; start += rowsAtOnce) {
    const end = Math.min(start + rowsAtOnce, read.shape[0]!)
    addReader(lengths, await readF32(read, { start, end }))
  }
  return factorsOf(lengths)
}

/** Factors as if they were stored beside the layers that they are made of. */
function factorsEntry(
  table: TensorTable,
  key: string,
  spec: ParameterSpec & { balance: Balance },
): TensorEntry {
  return {
    key,
    file: table.name,
    dtype: 'F32',
    shape: spec.shape,
    read: async (start = 0, end = spec.shape[0]!) =>
      new Uint8Array((await knownOrRead(table, spec.balance)).slice(start, end).buffer),
  }
}

function findPublished(table: TensorTable, key: string, spec: ParameterSpec): TensorEntry {
  const { balance } = spec
  if (balance?.part === 'factors') return factorsEntry(table, key, { ...spec, balance })
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
