import { createContext, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { Preferences, PreferencesStore, Theme } from './preferences.ts'

export const PreferencesContext = createContext<PreferencesStore | null>(null)

const usePreferencesStore = (): PreferencesStore => {
  const store = useContext(PreferencesContext)
  if (!store) throw new Error('expected preferences around this component, got none')
  return store
}

export const usePreferences = (): Preferences => useStore(usePreferencesStore())

export const useSetPreferences = () => usePreferencesStore().setState

/** The theme that is shown. */
export const useTheme = (): Theme => {
  const { theme } = usePreferences()
  const isDark = useMedia('(prefers-color-scheme: dark)')
  if (theme !== 'system') return theme
  return isDark ? 'dark' : 'light'
}

/** The person does not want movement. */
export const useReducedMotion = () => useMedia('(prefers-reduced-motion: reduce)')

/** Whether a media query holds. */
export const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
