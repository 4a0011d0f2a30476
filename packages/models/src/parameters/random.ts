import type { Engine } from '@flashworld/engine'
import { createNoise, elementCount } from '@flashworld/engine'
import { crc32 } from '../weights/crc32.ts'
import type { Balance } from './balance.ts'
import { balance, balanceFactors } from './balance.ts'
import type { BuildOptions } from './build.ts'
import { buildParameters, dataType, isBalanced } from './build.ts'
import type { Outliers, Parameters, ParameterSpec, ParameterTree } from './spec.ts'
import { parameterSpecs } from './spec.ts'

export interface RandomOptions extends BuildOptions {
  readonly seed?: number
}

/** A prime, so that rows which read the pool round and round begin at other places of it. */
const poolSize = 1_048_573

/**
 * A network of seeded random parameters, for measuring without a checkpoint: matrices of standard
 * deviation 1 / sqrt(inputs), norms of weight 1. Billions of them are windows of one pool of
 * normal numbers, another one for each key: alike to a kernel, quick to make, no use for statistics.
 */
export function randomParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
  { seed = 1, ...options }: RandomOptions = {},
): Promise<Parameters<T>> {
  const normal = createNoise(seed).normal(poolSize)
  const pools = new Map<string, Float32Array | Float16Array>()
  const specs = new Map(parameterSpecs(tree))

  const poolFor = ({ random, factor }: ParameterSpec, type: 'f16' | 'f32') => {
    const { mean, std } = random
    const key = `${type} ${mean} ${std} ${factor}`
    const known = pools.get(key)
    if (known) return known
    const values = normal.map((value) => (mean + std * value) * factor)
    const pool = type === 'f16' ? new Float16Array(values) : values
    pools.set(key, pool)
    return pool
  }

  const numbersOf = (key: string, type: 'f16' | 'f32') => {
    const spec = specs.get(key)!
    const pool = poolFor(spec, type)
    const count = elementCount(spec.shape)
    const out = pool instanceof Float16Array ? new Float16Array(count) : new Float32Array(count)
    let offset = crc32(new TextEncoder().encode(key)) % poolSize
    for (let at = 0; at < count;) {
      const length = Math.min(count - at, poolSize - offset)
      out.set(pool.subarray(offset, offset + length), at)
      at += length
      offset = (offset + length) % poolSize
    }
    for (const outliers of spec.random.outliers ?? []) enlarge(out, spec.shape, outliers)
    return out
  }

  /** Undefined where both layers are even: their factors are 1. */
  const factorsOf = ({ maker, reader }: Balance) => {
    const isEven = [maker, reader].every((key) => !specs.get(key)!.random.outliers?.length)
    if (isEven) return undefined
    const [made, read] = [maker, reader].map((key) => numbersOf(key, 'f32') as Float32Array)
    return balanceFactors(made!, read!, specs.get(maker)!.shape[0]!)
  }

  const produce = (key: string, spec: ParameterSpec) => {
    const type = dataType(engine, spec)
    const factors = isBalanced(engine, spec) ? factorsOf(spec.balance!) : undefined
    if (!factors) return numbersOf(key, type)
    const { part } = spec.balance!
    if (part === 'factors') return factors
    const values = numbersOf(key, 'f32') as Float32Array
    balance(values, part, factors)
    return type === 'f16' ? new Float16Array(values) : values
  }

  return buildParameters(engine, tree, {
    ...options,
    produce: (key, spec) => Promise.resolve(produce(key, spec)),
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
