import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { TokenPlace } from './fetch-with-token.ts'

/** A question for the person that calls wait for. */
export interface TokenQuestion {
  readonly store: StoreApi<{ readonly isAsked: boolean }>
  ask(): Promise<string | null>
  /** Null: there is none. */
  answer(token: string | null): void
}

export function createTokenQuestion(): TokenQuestion {
  const store = createStore(() => ({ isAsked: false }))
  let resolve: (token: string | null) => void = () => {}
  return {
    store,
    ask: () =>
      new Promise((answered) => {
        resolve = answered
        store.setState({ isAsked: true })
      }),
    answer(token) {
      store.setState({ isAsked: false })
      resolve(token)
    },
  }
}

/** The token of a tab, as long as it is open; of this page alone where the browser keeps nothing. */
export function tokenOfTab(): TokenPlace {
  const key = 'flashworld.token'
  let token = quietly(() => sessionStorage.getItem(key))
  return {
    get: () => token,
    set(given) {
      token = given
      quietly(() =>
        given === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, given),
      )
    },
  }
}

const quietly = <T>(act: () => T): T | null => {
  try {
    return act()
  } catch {
    return null
  }
}
