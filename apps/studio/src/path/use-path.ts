import { useCallback } from 'react'
import { useSession, useSessionStore } from '../app/use-session.ts'
import { useEdit, useProject, useProjectStore } from '../project/use-project.ts'
import type { EditOptions } from '../ui/index.ts'
import type { MoveDraft } from './draft.ts'
import { isOpen } from './draft.ts'
import { indexOfKey } from './edits.ts'
import type { Part, Path } from './path.ts'
import { wholeOf } from './shape.ts'

export const usePath = (): Path => useProject(({ path }) => path)

export type EditPath = (change: (path: Path) => Path, options?: EditOptions) => void

/** `editPath((path) => changed, { gesture? })`. */
export function useEditPath(): EditPath {
  const edit = useEdit()
  return useCallback(
    (change, options) =>
      edit((project) => {
        const path = change(project.path)
        return path === project.path ? project : { ...project, path }
      }, options),
    [edit],
  )
}

/** The index of the selected key; -1 where none is. */
export function useSelectedIndex(): number {
  const path = usePath()
  const selection = useSession((session) => session.selection)
  return selection?.kind === 'key' ? indexOfKey(path, selection.id) : -1
}

/** The keys that shape and aim are changed of: all, or a part that is there. */
export function usePart(): { readonly part: Part; readonly isWhole: boolean } {
  const path = usePath()
  const chosen = useSession((session) => session.part)
  const last = path.keys.length - 1
  if (!chosen || last < 1) return { part: wholeOf(path), isWhole: true }
  const to = Math.min(chosen.to, last)
  return { part: { from: Math.min(chosen.from, to), to }, isWhole: false }
}

/** The move that is being tried, and how it is changed. */
export function useDraft() {
  const project = useProjectStore()
  const session = useSessionStore()
  const path = usePath()
  const kept = useSession(({ draft }) => draft)
  const draft = isOpen(kept, path) ? kept : null

  const set = (next: MoveDraft) => {
    session.setState({ draft: next })
    project.edit((now) => ({ ...now, path: next.made }), { gesture: next.gesture })
  }
  const keep = () => {
    project.endGesture()
    session.setState({ draft: null, pickFor: 'aim' })
  }
  const discard = () => {
    if (!draft) return
    project.endGesture('cancel')
    const { base } = draft
    // where something came between, the path before it is an edit of its own
    project.edit((now) => (now.path === base ? now : { ...now, path: base }))
    session.setState({ draft: null, pickFor: 'aim' })
  }
  return { draft, set, keep, discard }
}
