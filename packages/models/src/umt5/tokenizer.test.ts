import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { memorySource } from '../weights/source.ts'
import { loadTokenizer } from './tokenizer.ts'

const tiny = new URL('../../../../test/goldens/tiny/', import.meta.url)
const read = (path: string) => new Uint8Array(readFileSync(new URL(path, tiny)))
const paths = ['tokenizer/tokenizer.json', 'tokenizer/tokenizer_config.json']
const files = new Map(paths.map((path) => [path, read(path)] as const))
const cases = JSON.parse(new TextDecoder().decode(read('cases.json'))) as {
  tokenizer: { text: string; ids: number[] }[]
}

test.each(cases.tokenizer)(
  'the ids of $text are those of the published tokenizer',
  async (golden) => {
    const tokenize = await loadTokenizer(memorySource(files))
    expect(golden.text.startsWith('[Static] ')).toBe(true)
    expect([...tokenize(golden.text.slice('[Static] '.length))]).toEqual(golden.ids)
  },
)

test('a long text is cut to 512 ids and still ends', async () => {
  const tokenize = await loadTokenizer(memorySource(files))
  const long = tokenize('a red barn, '.repeat(300))
  expect(long.length).toBe(512)
  expect(long[511]).toBe(1)
  expect([...long.slice(0, 511)]).toEqual([...tokenize('a red barn, '.repeat(400)).slice(0, 511)])
})

test.each([
  ['{"model":{"type":"Other"}}', 'weights/tokenizer'],
  ['{}', 'weights/tokenizer'],
  ['[]', 'weights/json'],
  ['{"model":', 'weights/json'],
])('refuses the tokenizer %s', async (json, code) => {
  const broken = new Map([...files, [paths[0]!, new TextEncoder().encode(json)]])
  await expect(loadTokenizer(memorySource(broken))).rejects.toMatchObject({ code })
})
