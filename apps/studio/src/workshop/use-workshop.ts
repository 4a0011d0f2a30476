import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { SettingsStore, WorkshopSettings } from './settings.ts'
import type { Workshop, WorkshopName } from './workshop.ts'
import type { WorkshopState, WorkshopStore } from './workshop-state.ts'

/** Where worlds are made, as components find it. */
export interface Workplace {
  /** Makes where it is chosen, finds where it was made. */
  readonly workshop: Workshop
  /** Those that can be chosen. */
  readonly names: readonly WorkshopName[]
  readonly settings: SettingsStore
  /** What is known of the chosen one. */
  readonly state: WorkshopStore
}

export const WorkplaceContext = createContext<Workplace | null>(null)

export const useWorkplace = (): Workplace => {
  const workplace = useContext(WorkplaceContext)
  if (!workplace) throw new Error('expected a workplace around this component, got none')
  return workplace
}

export const useWorkshop = (): Workshop => useWorkplace().workshop

/** What is known of where worlds are made. */
export const useWorkshopState = (): WorkshopState => useStore(useWorkplace().state)

export const useSettings = (): WorkshopSettings => useStore(useWorkplace().settings)
