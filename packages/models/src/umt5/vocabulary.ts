/**
 * A vocabulary of a quarter of a million pieces in a Unigram model. The library builds a tree of a million maps of it,
 * one a character, which takes seconds; the pieces that begin somewhere are as well found by looking each up.
 */
import { Tokenizer } from '@huggingface/tokenizers'

type Piece = readonly [text: string, score: number]

/** What the library's Unigram model is made of; its types name no more than a model. */
interface Unigram {
  vocab: string[]
  scores: number[]
  tokens_to_ids: Map<string, number>
  unk_token_id?: number
  unk_token?: string
  min_score: number
  unk_score: number
  readonly bos_token: string
  bos_token_id?: number
  readonly eos_token: string
  eos_token_id?: number
  readonly trie: { common_prefix_search(chars: string, start?: number): Generator<string> }
}

/** The parts of a `tokenizer.json` that are known here. */
interface TokenizerJson {
  readonly model?: { readonly type?: unknown; readonly vocab?: unknown; readonly unk_id?: unknown }
  readonly added_tokens?: unknown
}

/**
 * The tokenizer of a `tokenizer.json`, with the ids that the library's own construction gives.
 * @throws what the library throws for a tokenizer that it does not know
 */
export function constructTokenizer(json: TokenizerJson, config: object): Tokenizer {
  const { vocab, unk_id: unknownId } = json.model ?? {}
  if (json.model?.type !== 'Unigram' || !isVocabulary(vocab)) return new Tokenizer(json, config)
  const unknown = typeof unknownId === 'number' ? vocab[unknownId] : undefined
  if (!unknown) return new Tokenizer(json, config)
  const small = { ...json, model: { ...json.model, vocab: [unknown], unk_id: 0 } }
  const tokenizer = new Tokenizer(small, config)
  const model = tokenizer.model as unknown as Unigram
  const added = [...model.tokens_to_ids].filter(([, id]) => id > 0 || unknownId === 0)
  fill(model, vocab, unknownId as number)
  for (const [text, id] of added) {
    model.tokens_to_ids.set(text, id)
    model.vocab[id] = text
  }
  return tokenizer
}

function fill(model: Unigram, vocab: readonly Piece[], unknownId: number): void {
  const ids = new Map(vocab.map(([text], id) => [text, id]))
  model.vocab = vocab.map(([text]) => text)
  model.scores = vocab.map(([, score]) => score)
  model.tokens_to_ids = new Map(ids)
  model.unk_token_id = unknownId
  model.unk_token = model.vocab[unknownId]!
  model.min_score = model.scores.reduce((least, score) => Math.min(least, score), Infinity)
  model.unk_score = model.min_score - 10
  model.scores[unknownId] = model.unk_score
  setId(model, 'bos_token_id', ids.get(model.bos_token))
  setId(model, 'eos_token_id', ids.get(model.eos_token))
  const longest = model.vocab.reduce((most, text) => Math.max(most, text.length), 0)
  model.trie.common_prefix_search = function* (chars: string, start = 0) {
    // one string a character; a string itself only by its type
    let prefix = ''
    for (let i = start; i < chars.length && prefix.length < longest; i++) {
      prefix += chars[i]!
      if (ids.has(prefix)) yield prefix
    }
  }
}

function setId(
  model: Unigram,
  name: 'bos_token_id' | 'eos_token_id',
  id: number | undefined,
): void {
  if (id === undefined) delete model[name]
  else model[name] = id
}

const isVocabulary = (vocab: unknown): vocab is Piece[] =>
  Array.isArray(vocab) &&
  vocab.every(
    (piece) => Array.isArray(piece) && typeof piece[0] === 'string' && typeof piece[1] === 'number',
  )
