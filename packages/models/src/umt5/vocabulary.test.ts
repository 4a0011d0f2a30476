import { readFileSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'
import { expect, test } from 'vitest'
import { constructTokenizer } from './vocabulary.ts'

const folder = new URL('../../../../test/goldens/tiny/tokenizer/', import.meta.url)
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>
const config = read('tokenizer_config.json')
const tiny = read('tokenizer.json') as {
  model: { vocab: [string, number][]; unk_id: number }
  added_tokens: object[]
}

/** Whole numbers below `most`, the same each time. */
function numbers() {
  let state = 1
  return (most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

const alphabet = [...'abcdeäжя中文あ😀']

/** The tiny tokenizer with pieces of a few letters of several scripts, up to a size. */
function larger(size: number, unknownId = 2) {
  const number = numbers()
  const seen = new Set(tiny.model.vocab.map(([text]) => text))
  const vocab = [...tiny.model.vocab]
  while (vocab.length < size) {
    const letters = Array.from({ length: 1 + number(6) }, () => alphabet[number(alphabet.length)]!)
    const text = (number(2) ? '▁' : '') + letters.join('')
    if (seen.has(text)) continue
    seen.add(text)
    vocab.push([text, -3 - number(1e6) / 1e5])
  }
  const extra = {
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }
  const added = [
    { ...extra, id: size, content: '<extra>' },
    { ...extra, id: size + 1, content: '<more>', normalized: true },
  ]
  return {
    ...tiny,
    added_tokens: [...tiny.added_tokens, ...added],
    model: { ...tiny.model, vocab, unk_id: unknownId },
  }
}

test.each([2, 0])('gives the ids of the whole construction, unknown being %s', (unknownId) => {
  const json = larger(2000, unknownId)
  const [whole, ours] = [new Tokenizer(json, config), constructTokenizer(json, config)]
  const number = numbers()
  const texts = Array.from({ length: 300 }, () =>
    Array.from({ length: number(60) }, () =>
      number(5)
        ? alphabet[number(alphabet.length)]!
        : [' ', '  ', '<extra>', '<more>', 'z', '</s>'][number(6)]!,
    ).join(''),
  )
  for (const text of [...texts, '', ' ', '<extra><more>', '<pad>', 'zzz']) {
    for (const add_special_tokens of [false, true]) {
      const options = { add_special_tokens }
      expect(ours.encode(text, options), text).toEqual(whole.encode(text, options))
    }
  }
  expect(ours.token_to_id('</s>')).toBe(whole.token_to_id('</s>'))
  expect(ours.token_to_id('<extra>')).toBe(2000)
})

test('a vocabulary that is none is left to the library to refuse', () => {
  const broken = { ...tiny, model: { ...tiny.model, vocab: [['a'], 3] } }
  expect(() => constructTokenizer(broken, config)).toThrow()
})
