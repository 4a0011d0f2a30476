import type { Engine } from '@flashworld/engine'
import { createNoise, elementCount } from '@flashworld/engine'
import type { BuildOptions } from './build.ts'
import { buildParameters, dataType } from './build.ts'
import type { Outliers, Parameters, ParameterSpec, ParameterTree } from './spec.ts'

export interface RandomOptions extends BuildOptions {
  readonly seed?: number
}

/** A prime, so that rows which read the pool round and round begin at other places of it. */
const poolSize = 1_048_573

/**
 * A network of seeded random parameters, for measuring without a checkpoint: matrices of standard
 * deviation 1 / sqrt(inputs), norms of weight 1. Billions of them are windows of one pool of
 * normal numbers: alike to a kernel, quick to make, no use for statistics.
 */
export function randomParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
  { seed = 1, ...options }: RandomOptions = {},
): Promise<Parameters<T>> {
  const normal = createNoise(seed).normal(poolSize)
  const pools = new Map<string, Float32Array | Float16Array>()
  let offset = 0

  const poolFor = (spec: ParameterSpec): Float32Array | Float16Array => {
    const type = dataType(engine, spec)
    const { mean, std } = spec.random
    const key = `${type} ${mean} ${std} ${spec.factor}`
    const known = pools.get(key)
    if (known) return known
    const values = normal.map((value) => (mean + std * value) * spec.factor)
    const pool = type === 'f16' ? new Float16Array(values) : values
    pools.set(key, pool)
    return pool
  }

  return buildParameters(engine, tree, {
    ...options,
    produce(_key, spec) {
      const pool = poolFor(spec)
      const count = elementCount(spec.shape)
      const out = pool instanceof Float16Array ? new Float16Array(count) : new Float32Array(count)
      for (let at = 0; at < count;) {
        const length = Math.min(count - at, poolSize - offset)
        out.set(pool.subarray(offset, offset + length), at)
        at += length
        offset = (offset + length) % poolSize
      }
      for (const outliers of spec.random.outliers ?? []) enlarge(out, spec.shape, outliers)
      return Promise.resolve(out)
    },
  })
}

function enlarge(
  values: Float32Array | Float16Array,
  shape: readonly number[],
  { axis, places, times }: Outliers,
): void {
  const size = axis === 'rows' ? values.length / shape[0]! : shape.at(-1)!
  for (const place of places) {
    const [first, step, end] =
      axis === 'rows' ? [place * size, 1, (place + 1) * size] : [place, size, values.length]
    for (let i = first; i < end; i += step) values[i]! *= times
  }
}
