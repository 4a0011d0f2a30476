import { Upload } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../words/use-words.ts'
import { droppedFiles } from './dropped-files.ts'
import { useOpenFiles } from './use-open.ts'
import styles from './drop-anywhere.module.css'

/** The whole page takes files, dropped or pasted; what a place on it takes for itself it keeps. */
export const DropAnywhere = () => {
  const { library: words } = useWords()
  const open = useOpenFiles()
  const [isOver, setIsOver] = useState(false)

  useEffect(() => {
    let depth = 0
    const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth++
      setIsOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      setIsOver(depth > 0)
    }
    // without this the browser opens the file in place of the page
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault()
    }
    const ended = () => {
      depth = 0
      setIsOver(false)
    }
    const drop = (event: DragEvent) => {
      ended()
      if (!hasFiles(event) || event.defaultPrevented) return
      event.preventDefault()
      void droppedFiles(event.dataTransfer!).then(open)
    }
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const [file] = clipboardData?.files ?? []
      if (file) void open([{ path: file.name, file }])
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop, paste }
    const each = Object.entries(listeners) as [keyof typeof listeners, EventListener][]
    for (const [type, listener] of each) window.addEventListener(type, listener)
    // a place that takes it itself may keep the event to itself
    window.addEventListener('drop', ended, { capture: true })
    return () => {
      for (const [type, listener] of each) window.removeEventListener(type, listener)
      window.removeEventListener('drop', ended, { capture: true })
    }
  }, [open])

  if (!isOver) return null
  return (
    <div className={styles.over}>
      <div className={styles.card}>
        <Upload size={28} strokeWidth={1.5} aria-hidden />
        <strong>{words.dropHere}</strong>
        <span className={styles.words}>{words.dropWords}</span>
      </div>
    </div>
  )
}
