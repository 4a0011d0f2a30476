/** Text to the ids of UMT5's vocabulary: SentencePiece unigrams, then the end of the sentence. */
import type { Tokenizer } from '@huggingface/tokenizers'
import { WeightsError } from '../weights/errors.ts'
import { readJson, type WeightSource } from '../weights/source.ts'
import { textRows } from './config.ts'
import { constructTokenizer } from './vocabulary.ts'

/** Ids of the prompt `"[Static] " + text` with `</s>` behind it: 1 to 512, without padding. */
export type Tokenize = (text: string) => Int32Array<ArrayBuffer>

/**
 * Reads `tokenizer/tokenizer.json` and `tokenizer/tokenizer_config.json`.
 * A text of more than 511 ids is cut before its `</s>`. Padding is id 0, left to the caller.
 * @throws WeightsError `weights/missing-file`, `weights/json`, `weights/tokenizer`
 */
export async function loadTokenizer(source: WeightSource): Promise<Tokenize> {
  const [json, config] = await Promise.all([
    readJson(source, 'tokenizer/tokenizer.json'),
    readJson(source, 'tokenizer/tokenizer_config.json'),
  ])
  const { tokenizer, endId } = construct(json, config)
  return (text) => {
    const { ids } = tokenizer.encode(`[Static] ${text}`, { add_special_tokens: false })
    return Int32Array.from([...ids.slice(0, textRows - 1), endId])
  }
}

function construct(json: object, config: object): { tokenizer: Tokenizer; endId: number } {
  let tokenizer: Tokenizer
  try {
    tokenizer = constructTokenizer(json, config)
  } catch (cause) {
    throw new WeightsError('weights/tokenizer', 'tokenizer.json: not a known tokenizer', { cause })
  }
  const endId = tokenizer.token_to_id('</s>')
  if (endId === undefined) {
    throw new WeightsError('weights/tokenizer', "tokenizer.json: expected a token '</s>'")
  }
  return { tokenizer, endId }
}
