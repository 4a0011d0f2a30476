import type { TensorEntry, WeightSource } from '@flashworld/models'
import { openSafetensors, readF32, readJson, WeightsError } from '@flashworld/models'

/** A golden tensor: its shape and its numbers. */
export interface Golden {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The goldens beside a checkpoint: sizes, texts, and tensors by name. */
export interface Cases {
  readonly frames: number
  readonly height: number
  readonly width: number
  /** The frame that the image stands at. */
  readonly imageIndex: number
  readonly text: string
  /** Texts with the ids that the published tokenizer gives them, its prefix included in the text. */
  readonly tokenizer: readonly { readonly text: string; readonly ids: readonly number[] }[]
  readonly names: ReadonlySet<string>
  get(name: string): Promise<Golden>
  /** The tensor as raw bytes, for those that are compared by the byte. */
  bytes(name: string): Promise<Uint8Array>
}

/** Reads `cases.json` and the table of `cases.safetensors`. @throws WeightsError */
export async function openCases(source: WeightSource): Promise<Cases> {
  const [json, tensors] = await Promise.all([
    readJson(source, 'cases.json'),
    openSafetensors(source, 'cases.safetensors'),
  ])
  const { n, h, w, idx, text } = json.config as Record<string, unknown>
  if (![n, h, w, idx].every(Number.isInteger) || typeof text !== 'string') {
    throw new WeightsError('weights/json', 'cases.json: expected config with n, h, w, idx and text')
  }
  const entry = (name: string): TensorEntry => {
    const found = tensors.get(name)
    if (!found)
      throw new WeightsError('weights/missing-key', `cases.safetensors: no tensor '${name}'`)
    return found
  }
  return {
    frames: n as number,
    height: h as number,
    width: w as number,
    imageIndex: idx as number,
    text,
    tokenizer: (json.tokenizer ?? []) as Cases['tokenizer'],
    names: new Set(tensors.keys()),
    get: async (name) => ({ shape: entry(name).shape, values: await readF32(entry(name)) }),
    bytes: (name) => entry(name).read(),
  }
}

/** Axes in another order, as `numpy.transpose`: the goldens are channels-first, the engine is channels-last. */
export function transpose({ shape, values }: Golden, order: readonly number[]): Golden {
  const outShape = order.map((axis) => shape[axis]!)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((n, d) => n * d, 1))
  const out = new Float32Array(values.length)
  const index = outShape.map(() => 0)
  for (let at = 0; at < out.length; at++) {
    out[at] = values[order.reduce((sum, axis, i) => sum + index[i]! * strides[axis]!, 0)]!
    for (let axis = outShape.length - 1; axis >= 0 && ++index[axis]! === outShape[axis]; axis--)
      index[axis] = 0
  }
  return { shape: outShape, values: out }
}

/** ‖a-b‖ / ‖b‖ in double precision; NaN when sizes differ or a number is not finite. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN
  let difference = 0
  let norm = 0
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2
    norm += b[i]! ** 2
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm)
}
