import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Autosave, SaveState } from '../project/autosave.ts'

export const AutosaveContext = createContext<Autosave | null>(null)

/** Whether what one sees is kept on this device. */
export const useSaveState = (): SaveState => {
  const autosave = useContext(AutosaveContext)
  if (!autosave) throw new Error('expected an autosave around this component, got none')
  return useStore(autosave.state)
}
