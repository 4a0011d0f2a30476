import { useEffect } from 'react'
import { deleteKeys } from '../path/edits.ts'
import { useProjectStore } from '../project/use-project.ts'
import { isBusy, isText } from './attention.ts'
import { commandOf } from './shortcuts.ts'
import { useFiles } from './use-files.ts'
import { useSessionStore } from './use-session.ts'

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
      if (!command || command === 'generate' || isBusy()) return
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
        case 'play':
          if (project.history.getState().present.path.keys.length < 2) return
          session.setState(({ isPlaying }) =>
            isPlaying ? { isPlaying: false, mode: 'edit' } : { isPlaying: true, mode: 'play' },
          )
          break
        case 'remove': {
          const { selection } = session.getState()
          if (selection?.kind !== 'key') return
          project.edit((now) => ({ ...now, path: deleteKeys(now.path, [selection.id]) }))
          session.setState({ selection: null })
          break
        }
        case 'move':
        case 'turn':
        case 'scale':
        case 'draw':
        case 'pick':
          // tools are for the path as it is planned
          if (session.getState().stage !== 'plan') return
          session.setState({ tool: command, mode: 'edit', isPlaying: false })
      }
      event.preventDefault()
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [project, session, files])
}
