import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Project } from './project.ts'
import type { ProjectStore } from './store.ts'

export const ProjectContext = createContext<ProjectStore | null>(null)

/** The store itself: for what edits without showing. */
export const useProjectStore = (): ProjectStore => {
  const store = useContext(ProjectContext)
  if (!store) throw new Error('expected a project around this component, got none')
  return store
}

/** The project, or what a selector takes of it: `useProject((project) => project.path)`. */
export function useProject(): Project
export function useProject<Part>(part: (project: Project) => Part): Part
export function useProject<Part>(part?: (project: Project) => Part) {
  return useStore(useProjectStore().history, ({ present }) => (part ? part(present) : present))
}

/** `edit((project) => changed, { gesture? })`. */
export const useEdit = (): ProjectStore['edit'] => useProjectStore().edit
