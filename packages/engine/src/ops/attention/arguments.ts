import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import { hasShape } from '../fits.ts'

export interface AttentionOptions {
  /** Multiplies q·k; default 1 / sqrt(D). */
  readonly scale?: number
  /** `[H, L + S - 1]`, f32: entry `j - i + L - 1` of head h is added to the logit of query i and key j. */
  readonly relativeBias?: Tensor
  /** The last key counts this many times, as if its row stood there so often; default 1. */
  readonly lastKeyCount?: number
}

export interface AttentionArgs extends AttentionOptions {
  /** `[B, L, H, D]` */
  readonly q: Tensor
  /** `[B, S, H, D]` */
  readonly k: Tensor
  /** `[B, S, H, D]` */
  readonly v: Tensor
}

/** The largest head that the kernels hold; the VAE's attention has one head of all its channels. */
export const maxHeadSize = 1024

/** @throws ShapeError */
export function attentionOutput({
  q,
  k,
  v,
  relativeBias,
  lastKeyCount = 1,
}: AttentionArgs): TensorSpec {
  const { batch, queries, keys, heads, size } = attentionSizes({ q, k })
  const fits =
    q.shape.length === 4 &&
    [k, v].every((x) => x.dtype === q.dtype && hasShape(x, [batch, keys, heads, size])) &&
    (!relativeBias ||
      (relativeBias.dtype === 'f32' && hasShape(relativeBias, [heads, queries + keys - 1])))
  if (!fits) {
    throw new ShapeError(
      'attention',
      'q[B, L, H, D], k[B, S, H, D], v[B, S, H, D], relativeBias f32[H, L+S-1]',
      [q, k, v, relativeBias],
    )
  }
  if (size > maxHeadSize) throw new ShapeError('attention', `a head of at most ${maxHeadSize}`, [q])
  if (!(lastKeyCount > 0))
    throw new RangeError(`attention: expected lastKeyCount > 0, got ${lastKeyCount}`)
  return { shape: q.shape, dtype: q.dtype }
}

/** The sizes by name: B, L, S, H and D. */
export const attentionSizes = ({ q, k }: Pick<AttentionArgs, 'q' | 'k'>) => ({
  batch: q.shape[0]!,
  queries: q.shape[1]!,
  keys: k.shape[1]!,
  heads: q.shape[2]!,
  size: q.shape[3]!,
})
