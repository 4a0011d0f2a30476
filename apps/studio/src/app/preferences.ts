import type { StoreApi } from 'zustand/vanilla'
import { createKeptStore, keptFields } from '../kept/kept-store.ts'
import type { Language } from '../words/words.ts'
import { chooseLanguage, languages } from '../words/words.ts'

export type Theme = 'light' | 'dark'

export const themes = ['system', 'light', 'dark'] as const

/** How a person wants the page, on this device. */
export interface Preferences {
  readonly theme: (typeof themes)[number]
  readonly language: Language
  /** The tour was seen, or skipped. */
  readonly toured: boolean
}

export type PreferencesStore = StoreApi<Preferences>

const KEY = 'flashworld.preferences'

/** Preferences as they were kept, each by itself: what is not one falls back to the wish of the browser. */
export const readPreferences = (kept: string | null, wished: readonly string[]): Preferences => {
  const { theme, language, toured } = keptFields<Preferences>(kept)
  return {
    theme: themes.find((name) => name === theme) ?? 'system',
    language: languages.find((name) => name === language) ?? chooseLanguage(wished),
    toured: toured === true,
  }
}

/** Preferences that are kept in `storage`, where it lets them be. */
export const createPreferences = (
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  wished: readonly string[],
): PreferencesStore => createKeptStore(storage, KEY, (kept) => readPreferences(kept, wished))
