import type { Capabilities, Client, ServerModel } from 'flashworld/client'
import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'

/** What is known of the server that served the page; what was known stays while it does not answer. */
export interface ServerState {
  readonly answers: 'asking' | 'yes' | 'no'
  readonly models: readonly ServerModel[]
  readonly capabilities: Capabilities | null
}

export type ServerStore = StoreApi<ServerState>

/** Milliseconds between questions to a server that does not answer, and to one that does. */
const [ABSENT, PRESENT] = [3000, 30_000]

export const createServerStore = (): ServerStore =>
  createStore<ServerState>(() => ({ answers: 'asking', models: [], capabilities: null }))

/** Keeps the state true until `signal`: asks at once, then from time to time. */
export async function followServer(
  client: Client,
  store: ServerStore,
  signal: AbortSignal,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void> = wait,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const [models, capabilities] = await Promise.all([
        client.models({ signal }),
        client.capabilities({ signal }),
      ])
      store.setState({ answers: 'yes', models, capabilities })
    } catch {
      if (!signal.aborted) store.setState({ answers: 'no' })
    }
    await pause(store.getState().answers === 'yes' ? PRESENT : ABSENT, signal)
  }
}

const wait = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
