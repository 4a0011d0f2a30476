import { createNoise } from '@flashworld/engine'
import { readRows } from '../weights/read-tensor.ts'
import { requireTensor } from '../weights/require-tensor.ts'
import type { TensorEntry, TensorTable } from '../weights/tensor.ts'
import type { Umt5Config } from './config.ts'

/** Rows of the token embedding `[ids.length, width]`. The table itself (4 GB) is never loaded. */
export type TokenEmbedding = (ids: ArrayLike<number>) => Promise<Float32Array>

/** The embedding of a checkpoint has one of two names, or both for the same numbers. */
const keys = ['shared.weight', 'encoder.embed_tokens.weight'] as const

/**
 * The table of a checkpoint's token embedding, unread.
 * @throws WeightsError `weights/missing-key`, `weights/shape`, `weights/dtype`
 */
export function embeddingEntry(table: TensorTable, { vocabulary, width }: Umt5Config): TensorEntry {
  const key = keys.find((name) => table.tensors.has(name)) ?? keys[0]
  return requireTensor(table, key, { shape: [vocabulary, width] })
}

/**
 * The token embedding of a checkpoint, read row by row when asked.
 * @throws as `embeddingEntry`
 */
export function tokenEmbedding(table: TensorTable, config: Umt5Config): TokenEmbedding {
  const entry = embeddingEntry(table, config)
  return (ids) => readRows(entry, ids)
}

/** Normal numbers, seeded by the id; for measuring without a checkpoint. */
export const randomEmbedding =
  ({ width }: Umt5Config): TokenEmbedding =>
  (ids) => {
    const out = new Float32Array(ids.length * width)
    for (let i = 0; i < ids.length; i++) out.set(createNoise(ids[i]!).normal(width), i * width)
    return Promise.resolve(out)
  }
