import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { Drafts } from './drafts.ts'
import type { ProjectStore } from './store.ts'

/** Whether what one sees is kept: `never` where the browser keeps nothing. */
export type SaveState = 'saved' | 'saving' | 'never'

export interface Autosave {
  readonly state: StoreApi<SaveState>
  /** Saves what is not yet saved, such as when the page is left. */
  flush(): Promise<void>
  stop(): void
}

export interface AutosaveOptions {
  readonly tab: string
  /** Milliseconds without an edit after which is saved. */
  readonly after?: number
  readonly now?: () => number
}

/** Keeps every change of the project, a moment after the last one. */
export function startAutosave(
  project: ProjectStore,
  drafts: Drafts,
  { tab, after = 400, now = Date.now }: AutosaveOptions,
): Autosave {
  const state = createStore<SaveState>(() => 'saved')
  let timer: ReturnType<typeof setTimeout> | undefined
  let kept = project.history.getState().present
  let saving = Promise.resolve()

  const save = async () => {
    const { present, isFresh } = project.history.getState()
    if (present === kept || isFresh) return
    try {
      await drafts.save({ tab, savedAt: now(), project: present })
      kept = present
      state.setState(project.history.getState().present === present ? 'saved' : 'saving', true)
    } catch {
      state.setState('never', true)
    }
  }

  const flush = () => {
    clearTimeout(timer)
    saving = saving.then(save)
    return saving
  }

  const unsubscribe = project.history.subscribe(({ present, isFresh }) => {
    if (present === kept || isFresh) return
    if (state.getState() !== 'never') state.setState('saving', true)
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), after)
  })

  return {
    state,
    flush,
    stop() {
      unsubscribe()
      clearTimeout(timer)
    },
  }
}
