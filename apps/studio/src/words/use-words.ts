import { createContext, useContext } from 'react'
import type { Words } from './words.ts'
import { wordsOf } from './words.ts'

export const WordsContext = createContext<Words>(wordsOf.en)

/** What the page says, in the person's language: `const { path } = useWords()`. */
export const useWords = (): Words => useContext(WordsContext)
