import { relativeError } from '@flashworld/engine'
import type { Cases } from './cases.ts'

/** One golden held against what was computed. */
export interface Comparison {
  readonly name: string
  /** ‖computed - golden‖ / ‖golden‖, or the number of entries that differ where they must be equal. */
  readonly error: number
  readonly tolerance: number
  /** The published applications' own error, where the cases tell it. */
  readonly published?: number | undefined
  /** Of pictures, in dB. */
  readonly psnr?: number
  readonly passed: boolean
}

/** What was computed under a golden's name, in the golden's own shape. */
export interface Computed {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array | Uint8Array
}

/** The errors that are allowed; see the README of the goldens for their reasons. */
export interface Tolerances {
  /** One stage from golden inputs. */
  readonly stage: number
  /** A render of golden Gaussians. */
  readonly render: number
  /** Inside and at the end of a whole pipeline. */
  readonly pipeline: number
}

/**
 * f32: sums in another order than PyTorch's. Pipelines: the rasterizer skips what is below 1/255 and stops when
 * little light is left, so that a last bit decides whether a Gaussian shows, over three renders.
 * f16: storage of activations and weights rounds to 11 bits, some hundred times in a row.
 * int8: each product is off by a hundredth, as many in a row as there are layers.
 */
export const tolerances: Readonly<Record<'f32' | 'f16' | 'int8', Tolerances>> = {
  f32: { stage: 1e-4, render: 1e-4, pipeline: 1e-2 },
  f16: { stage: 1e-2, render: 1e-4, pipeline: 1e-1 },
  int8: { stage: 5e-2, render: 1e-4, pipeline: 2e-1 },
}

/** Compares one result with its golden. NaN, or a size that differs, does not pass. */
export async function compare(
  cases: Cases,
  computed: Computed,
  allowed: Tolerances,
): Promise<Comparison> {
  const { name, values } = computed
  if (!(values instanceof Float32Array)) {
    const error = await countDifferences(cases, name, values)
    return { name, error, tolerance: 0, passed: error === 0 }
  }
  const golden = await cases.get(name)
  const error = relativeError(values, golden.values)
  const own = toleranceOf(name, {
    ...allowed,
    // made on a GPU, by gsplat, which is built with fast maths
    ...(Object.keys(cases.published).length > 0 && { render: 1e-3 }),
  })
  const published = cases.published[name]
  // what is no farther from f32 than the published applications are is right; a stage in f32 has no such excuse
  const isExcused = name.startsWith('pipe_') || allowed !== tolerances.f32
  const tolerance = Math.max(own, (isExcused && published) || 0)
  return {
    name,
    error,
    tolerance,
    published,
    ...(name.endsWith('.rgb') && { psnr: psnrFrom(error, golden.values) }),
    passed: error <= tolerance,
  }
}

/** Of pictures in [-1, 1], whose error is relative to the golden. */
function psnrFrom(error: number, golden: Float32Array): number {
  const meanSquare = golden.reduce((sum, v) => sum + v * v, 0) / golden.length
  return 10 * Math.log10(4 / (error ** 2 * meanSquare))
}

function toleranceOf(name: string, { stage, render, pipeline }: Tolerances): number {
  if (name.startsWith('pipe_')) return pipeline
  return /^(render|raster)\./.test(name) ? render : stage
}

async function countDifferences(
  cases: Cases,
  name: string,
  values: Int32Array | Uint8Array,
): Promise<number> {
  const bytes = await cases.bytes(name)
  // token ids are stored as I64; they are far below 2^31
  const golden = values instanceof Int32Array ? lowWords(bytes) : bytes
  if (golden.length !== values.length) return NaN
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] !== golden[i]) count++
  return count
}

function lowWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getInt32(i * 8, true))
}
