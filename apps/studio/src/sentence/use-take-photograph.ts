import { useEdit } from '../project/use-project.ts'
import { useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { isPhotograph, readPhotograph } from './read-photograph.ts'
import { takePhotograph } from './scene-edits.ts'

/** Takes a file as the project's photograph, or says why it cannot be one. */
export function useTakePhotograph() {
  const edit = useEdit()
  const toasts = useToasts()
  const { sentence: words } = useWords()
  return async (file: File): Promise<boolean> => {
    try {
      if (!isPhotograph(file)) throw new TypeError(`expected a photograph, got ${file.type}`)
      edit(takePhotograph(await readPhotograph(file)))
      return true
    } catch {
      toasts.show({ kind: 'error', words: words.photograph.notOne(file.name) })
      return false
    }
  }
}
