import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { EditOptions } from '../ui/gesture.ts'
import type { Edit, History } from './history.ts'
import { cancelled, edited, redone, settled, startHistory, undone } from './history.ts'
import type { Project } from './project.ts'

/** The document: every change of it goes through here. */
export interface ProjectStore {
  readonly history: StoreApi<History>
  /** With a gesture's name, all edits of it are one step of undo. */
  edit(change: Edit, options?: EditOptions): void
  /** A drag is over; `cancel` leaves the project as it was before it. */
  endGesture(how?: 'keep' | 'cancel'): void
  undo(): void
  redo(): void
  /** Another project in its place, with no steps to undo. */
  open(project: Project): void
  /** The same, of a project with which nobody has done anything yet. */
  begin(project: Project): void
}

export const createProjectStore = (project: Project): ProjectStore => {
  const history = createStore<History>(() => startHistory(project, true))
  const update = (change: (history: History) => History) => history.setState(change, true)
  return {
    history,
    edit: (change, { gesture } = {}) => update((now) => edited(now, change, gesture)),
    endGesture: (how = 'keep') => update(how === 'cancel' ? cancelled : settled),
    undo: () => update(undone),
    redo: () => update(redone),
    open: (next) => update(() => startHistory(next)),
    begin: (next) => update(() => startHistory(next, true)),
  }
}
