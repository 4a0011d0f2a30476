import { expect, test } from 'vitest'
import { createPreferences, readPreferences } from './preferences.ts'

test('without any, the page is as the system and the browser wish', () => {
  expect(readPreferences(null, ['zh-CN', 'en'])).toEqual({
    theme: 'system',
    language: 'zh',
    toured: false,
  })
})

test.each(['{', 'null', '5', '"dark"', '{"theme":"red","language":"de","toured":"yes"}'])(
  'what is none, such as %s, falls back',
  (kept) => {
    expect(readPreferences(kept, [])).toEqual({ theme: 'system', language: 'en', toured: false })
  },
)

test('they are kept, and found again', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  createPreferences(storage, ['en']).setState({ theme: 'dark', language: 'zh', toured: true })
  expect(createPreferences(storage, ['en']).getState()).toEqual({
    theme: 'dark',
    language: 'zh',
    toured: true,
  })
})

test('a browser that keeps nothing is no failure', () => {
  const refuse = () => {
    throw new DOMException('no storage', 'SecurityError')
  }
  const preferences = createPreferences({ getItem: refuse, setItem: refuse }, ['en'])
  preferences.setState({ theme: 'light' })
  expect(preferences.getState().theme).toBe('light')
})
