import { expect, test } from 'vitest'
import type { Words } from './words.ts'
import { chooseLanguage, wordsOf } from './words.ts'

const entries = (section: object, path = ''): [string, unknown][] =>
  Object.entries(section).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? entries(value, `${path}${key}.`)
      : [[path + key, value] as [string, unknown]],
  )

const said = (words: Words) => new Map(entries(words))

test('every word is there in every language, none empty', () => {
  const english = said(wordsOf.en)
  const chinese = said(wordsOf.zh)
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const value of [...english.values(), ...chinese.values()]) expect(value).not.toBe('')
})

test('Chinese is Chinese', () => {
  const same = [...said(wordsOf.en)].filter(
    ([key, value]) => typeof value === 'string' && said(wordsOf.zh).get(key) === value,
  )
  // names, keys and units are the same everywhere
  for (const [key, value] of same)
    expect([key, value]).toEqual([key, expect.not.stringMatching(/[a-z]{3,} [a-z]{2,}/)])
})

test('the language is the first wish that the page speaks', () => {
  expect(chooseLanguage(['de-DE', 'zh-TW', 'en'])).toBe('zh')
  expect(chooseLanguage(['EN-us', 'zh'])).toBe('en')
  expect(chooseLanguage(['fr'])).toBe('en')
  expect(chooseLanguage([])).toBe('en')
})
