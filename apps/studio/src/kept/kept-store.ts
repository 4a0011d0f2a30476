import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'

/**
 * A state that is kept in `storage`, where it lets it be.
 * @param read what is made of the text that was kept; null: none
 */
export function createKeptStore<State>(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  key: string,
  read: (kept: string | null) => State,
): StoreApi<State> {
  const store = createStore<State>(() => read(quietly(() => storage.getItem(key))))
  store.subscribe((state) => {
    quietly(() => storage.setItem(key, JSON.stringify(state)))
  })
  return store
}

/** The fields of a state as it was kept, whatever they are; none where it is no state. */
export const keptFields = <State>(kept: string | null): Partial<Record<keyof State, unknown>> => {
  const value: unknown = kept === null ? null : quietly(() => JSON.parse(kept))
  return typeof value === 'object' && value !== null ? value : {}
}

/** Null where it throws: a page without storage works, and forgets. */
const quietly = <T>(act: () => T): T | null => {
  try {
    return act()
  } catch {
    return null
  }
}
