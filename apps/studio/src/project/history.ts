import type { Project } from './project.ts'

/** A project with what it was and what was undone of it. */
export interface History {
  readonly past: readonly Project[]
  readonly present: Project
  readonly future: readonly Project[]
  /** The drag that the present belongs to, while it may go on; edits of the same one are one step. */
  readonly gesture: string | null
  /** Nobody has done anything with it yet: it is not worth keeping. */
  readonly isFresh: boolean
}

/** A pure change of the project; the same project back means that nothing changed. */
export type Edit = (project: Project) => Project

const MAX_STEPS = 200

export const startHistory = (present: Project, isFresh = false): History => ({
  past: [],
  present,
  future: [],
  gesture: null,
  isFresh,
})

export const edited = (history: History, edit: Edit, gesture: string | null = null): History => {
  const { past, present } = history
  const next = edit(present)
  if (next === present) return history
  const goesOn = gesture !== null && gesture === history.gesture
  return {
    past: goesOn ? past : [...past, present].slice(-MAX_STEPS),
    present: next,
    future: [],
    gesture,
    isFresh: false,
  }
}

/** The drag is over: what comes is another step, whatever it is called. */
export const settled = (history: History): History =>
  history.gesture === null ? history : { ...history, gesture: null }

/** As it was before the drag that goes on; without one, as it is. */
export const cancelled = (history: History): History => {
  const before = history.past.at(-1)
  if (history.gesture === null || !before) return history
  return { ...history, past: history.past.slice(0, -1), present: before, gesture: null }
}

export const undone = (history: History): History => {
  const { past, present, future } = history
  const before = past.at(-1)
  if (!before) return history
  return {
    ...history,
    past: past.slice(0, -1),
    present: before,
    future: [present, ...future],
    gesture: null,
  }
}

export const redone = (history: History): History => {
  const { past, present, future } = history
  const [after, ...later] = future
  if (!after) return history
  return { ...history, past: [...past, present], present: after, future: later, gesture: null }
}
