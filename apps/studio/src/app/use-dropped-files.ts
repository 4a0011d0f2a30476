import { useEffect } from 'react'
import { isPhotograph } from '../sentence/read-photograph.ts'
import { useTakePhotograph } from '../sentence/use-take-photograph.ts'
import { useFiles } from './use-files.ts'
import { useSetSession } from './use-session.ts'

/** Files that are dropped or pasted anywhere: photographs, projects. */
export function useDroppedFiles() {
  const take = useTakePhotograph()
  const files = useFiles()
  const set = useSetSession()
  useEffect(() => {
    const open = async (file: File) => {
      if (!isPhotograph(file)) await files.open(file)
      else if (await take(file)) set({ place: 'studio' })
    }
    const onDrop = (event: DragEvent) => {
      const [file] = event.dataTransfer?.files ?? []
      if (!file || event.defaultPrevented) return
      event.preventDefault()
      void open(file)
    }
    const onPaste = ({ clipboardData }: ClipboardEvent) => {
      const [file] = clipboardData?.files ?? []
      if (file) void open(file)
    }
    const allow = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    }
    addEventListener('dragover', allow)
    addEventListener('drop', onDrop)
    addEventListener('paste', onPaste)
    return () => {
      removeEventListener('dragover', allow)
      removeEventListener('drop', onDrop)
      removeEventListener('paste', onPaste)
    }
  }, [take, files, set])
}
