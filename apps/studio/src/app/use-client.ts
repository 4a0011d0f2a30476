import type { Client } from 'flashworld/client'
import { createContext, useContext } from 'react'

export const ClientContext = createContext<Client | null>(null)

/** The server that served the page. */
export const useClient = (): Client => {
  const client = useContext(ClientContext)
  if (!client) throw new Error('expected a client around this component, got none')
  return client
}
