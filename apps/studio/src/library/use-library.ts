import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Library, LibraryState } from './library.ts'

export const LibraryContext = createContext<Library | null>(null)

/** The worlds that were made or opened here. */
export const useLibrary = (): Library => {
  const library = useContext(LibraryContext)
  if (!library) throw new Error('expected a library around this component, got none')
  return library
}

/** What is seen of them. */
export const useLibraryState = (): LibraryState => useStore(useLibrary().store)
