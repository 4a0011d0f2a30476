import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Session, SessionStore } from './session.ts'

export const SessionContext = createContext<SessionStore | null>(null)

/** The store itself: `getState()` in handlers, `setState({ selection })` to change it. */
export const useSessionStore = (): SessionStore => {
  const store = useContext(SessionContext)
  if (!store) throw new Error('expected a session around this component, got none')
  return store
}

/** The session, or what a selector takes of it: `useSession(({ mode }) => mode)`. */
export function useSession(): Session
export function useSession<Part>(part: (session: Session) => Part): Part
export function useSession<Part>(part?: (session: Session) => Part) {
  return useStore(useSessionStore(), (session) => (part ? part(session) : session))
}

/** `set({ selection: null })` or `set((session) => ({ … }))`. */
export const useSetSession = () => useSessionStore().setState
