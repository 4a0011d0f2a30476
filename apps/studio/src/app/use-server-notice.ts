import { useEffect, useRef } from 'react'
import { useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { useSettings, useWorkshopState } from '../workshop/use-workshop.ts'

/** Says when the server goes, and when it is back. */
export function useServerNotice() {
  const { answers } = useWorkshopState()
  const { app } = useWords()
  const toasts = useToasts()
  const { chosen } = useSettings()
  const before = useRef(answers)
  useEffect(() => {
    if (chosen !== 'server') return
    if (answers === 'no' && before.current !== 'no')
      toasts.show({ kind: 'error', words: app.server.gone })
    if (answers === 'yes' && before.current === 'no')
      toasts.show({ kind: 'done', words: app.server.back })
    before.current = answers
  }, [answers, chosen, app, toasts])
}
