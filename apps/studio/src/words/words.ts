import * as en from './en/index.ts'
import type { Translation } from './translation.ts'
import * as zh from './zh/index.ts'

/** All that the page says, by feature. */
export type Words = Translation<typeof en>

export const languages = ['en', 'zh'] as const

export type Language = (typeof languages)[number]

/** Each language as it calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' }

/** What `lang` says of a page in it. */
export const languageTags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' }

export const wordsOf: Readonly<Record<Language, Words>> = { en, zh }

/** The first of the wished languages that the page speaks, such as of `navigator.languages`. */
export const chooseLanguage = (wished: readonly string[]): Language =>
  wished
    .map((tag) => tag.toLowerCase().split('-')[0])
    .flatMap((tag) => languages.filter((language) => language === tag))[0] ?? 'en'
