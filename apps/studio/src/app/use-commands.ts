import { useEffect } from 'react'
import { useProjectStore } from '../project/use-project.ts'
import { commandOf } from './shortcuts.ts'
import { useFiles } from './use-files.ts'
import { useSessionStore } from './use-session.ts'

/** Whether what is written goes into an element. */
const isText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=range]), textarea, select'))

/** Keys that hold everywhere; `generate` is heard by its button. */
export function useCommands() {
  const project = useProjectStore()
  const session = useSessionStore()
  const files = useFiles()
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || session.getState().place === 'welcome') return
      const command = commandOf(event, isText(event.target))
      // an open dialog has the attention
      if (!command || command === 'generate' || document.querySelector('[role=dialog]')) return
      switch (command) {
        case 'undo':
          project.undo()
          break
        case 'redo':
          project.redo()
          break
        case 'save':
          void files.save()
          break
        case 'help':
          session.setState({ dialog: 'keys' })
          break
        case 'leave':
          session.setState(({ mode }) =>
            mode === 'edit'
              ? { selection: null, playhead: null, tool: 'move' }
              : { mode: 'edit', isPlaying: false, playhead: null },
          )
          break
      }
      event.preventDefault()
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [project, session, files])
}
