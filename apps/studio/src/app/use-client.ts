import type { Client } from 'flashworld/client'
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { ServerState, ServerStore } from './server-state.ts'

export const ClientContext = createContext<Client | null>(null)
export const ServerContext = createContext<ServerStore | null>(null)

/** The server that served the page. */
export const useClient = (): Client => {
  const client = useContext(ClientContext)
  if (!client) throw new Error('expected a client around this component, got none')
  return client
}

/** What is known of the server that served the page. */
export const useServer = (): ServerState => {
  const store = useContext(ServerContext)
  if (!store) throw new Error('expected a server around this component, got none')
  return useStore(store)
}
