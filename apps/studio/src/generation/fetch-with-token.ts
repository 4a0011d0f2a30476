/** Where a token is kept while it is good. */
export interface TokenPlace {
  get(): string | null
  set(token: string | null): void
}

interface Guarded {
  readonly fetch: typeof fetch
  readonly token: TokenPlace
  /** Asks the person for a token; null when there is none. Calls that are refused meanwhile wait for the same answer. */
  readonly ask: () => Promise<string | null>
}

/** A `fetch` for a server that may want a token: who is refused without one is asked for it, and calls again. */
export function fetchWithToken({ fetch, token, ask }: Guarded): typeof globalThis.fetch {
  let asking: Promise<string | null> | undefined

  const call = (input: RequestInfo | URL, init: RequestInit, given: string | null) => {
    const headers = new Headers(init.headers)
    if (given !== null) headers.set('authorization', `Bearer ${given}`)
    return fetch(input, { ...init, headers })
  }

  return async function guarded(input, init = {}) {
    let given = token.get()
    for (;;) {
      const answer = await call(input, init, given)
      if (answer.status !== 401) return answer
      // another call may have been given one meanwhile
      if (token.get() === given) {
        asking ??= ask().finally(() => (asking = undefined))
        token.set(await asking)
      }
      given = token.get()
      if (given === null) return answer
      init.signal?.throwIfAborted()
    }
  }
}
