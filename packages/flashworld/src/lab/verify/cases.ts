import type { HostArray } from '@flashworld/engine'
import type { TensorEntry, WeightSource } from '@flashworld/models'
import { openSafetensors, readF32, readJson, WeightsError } from '@flashworld/models'

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
  /** How far the published applications' own precision is from the golden, where that was measured. */
  readonly published: Readonly<Record<string, number>>
  readonly names: ReadonlySet<string>
  get(name: string): Promise<HostArray>
  /** The tensor as raw bytes, for those that are compared by the byte. */
  bytes(name: string): Promise<Uint8Array>
}

/**
 * Reads `cases.json` and the table of `cases.safetensors`.
 * @throws WeightsError
 * @example
 * ```ts shown
 * import { folderSource } from 'flashworld/node'
 * import { openCases } from 'flashworld/lab'
 *
 * const cases = await openCases(folderSource('test/goldens/tiny'))
 * console.log(cases.text, cases.names.size)
 * ```
 */
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
    published: (json.published ?? {}) as Cases['published'],
    names: new Set(tensors.keys()),
    get: async (name) => ({ shape: entry(name).shape, values: await readF32(entry(name)) }),
    bytes: (name) => entry(name).read(),
  }
}
