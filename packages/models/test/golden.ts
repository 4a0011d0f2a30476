import { readFileSync } from 'node:fs'
import type { Engine, Tensor } from '@flashworld/engine'
import { relativeError, transpose } from '@flashworld/engine'
import { expect } from 'vitest'
import { openCheckpoint } from '../src/weights/checkpoint.ts'
import { openSafetensors } from '../src/weights/safetensors.ts'
import { readF32 } from '../src/weights/read-tensor.ts'
import type { WeightSource } from '../src/weights/source.ts'
import type { TensorEntry, TensorTable } from '../src/weights/tensor.ts'

const folder = new URL('../../../test/goldens/tiny/', import.meta.url)

/** The files of the tiny checkpoint and of its goldens. */
export const tinySource: WeightSource = {
  name: 'tiny',
  size: (path) => Promise.resolve(readTiny(path)?.byteLength),
  read: (path, start, end) => Promise.resolve(readTiny(path)!.subarray(start, end)),
}

const files = new Map<string, Uint8Array | undefined>()

function readTiny(path: string): Uint8Array | undefined {
  if (!files.has(path)) {
    const read = () => new Uint8Array(readFileSync(new URL(path, folder)))
    try {
      files.set(path, read())
    } catch {
      files.set(path, undefined)
    }
  }
  return files.get(path)
}

export const tinyCheckpoint = await openCheckpoint(tinySource)

const cases = await openSafetensors(tinySource, 'cases.safetensors')

/** The table with the f32 tensors that `factorOf` names multiplied. */
export function scaledTable(table: TensorTable, factorOf: (key: string) => number): TensorTable {
  const scaled = (entry: TensorEntry): TensorEntry => ({
    ...entry,
    async read(start, end) {
      const bytes = await entry.read(start, end)
      const values = new Float32Array(bytes.slice().buffer).map((v) => v * factorOf(entry.key))
      return new Uint8Array(values.buffer)
    },
  })
  const tensors = [...table.tensors].map(([key, entry]) => [key, scaled(entry)] as const)
  return { name: table.name, tensors: new Map(tensors) }
}

export interface Golden {
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

/** A tensor of the goldens. */
export async function golden(name: string): Promise<Golden> {
  const entry = cases.get(name)
  if (!entry) throw new Error(`golden: no tensor '${name}'`)
  return { shape: entry.shape, data: await readF32(entry) }
}

/** The ids of the goldens' sentence, without padding. */
export async function sentenceIds(): Promise<number[]> {
  const bytes = await cases.get('text.ids')!.read()
  const ids = new BigInt64Array(bytes.slice().buffer)
  return [...ids].filter((id) => id !== 0n).map(Number)
}

/** The first rows of a batch of one, `[1, rows, C]`. */
export const firstRows = ({ shape, data }: Golden, count: number): Golden => ({
  shape: [count, shape.at(-1)!],
  data: data.slice(0, count * shape.at(-1)!),
})

/** The axes in another order; axes of one that `order` leaves out are dropped. */
export function transposeGolden({ shape, data }: Golden, order: readonly number[]): Golden {
  const turned = transpose({ shape, values: data }, order)
  return { shape: turned.shape, data: turned.values }
}

/** A golden of images or latents `[B, C, F, h, w]` with B or F of one, as `[frames, h, w, C]`. */
export const channelsLast = async (name: string): Promise<Golden> => {
  const stored = await golden(name)
  return transposeGolden(stored, stored.shape[0] === 1 ? [2, 3, 4, 1] : [0, 3, 4, 1])
}

export const uploadGolden = (engine: Engine, { data, shape }: Golden): Tensor =>
  engine.upload(data, shape)

/** Compares shape and values (relative L2). @returns the error, for those who want to see it */
export async function expectGolden(
  engine: Engine,
  x: Tensor,
  expected: Golden,
  tolerance: number,
): Promise<number> {
  const error = relativeError(await engine.read(x), expected.data)
  expect(x.shape).toEqual(expected.shape)
  expect(error).toBeLessThanOrEqual(tolerance)
  return error
}
