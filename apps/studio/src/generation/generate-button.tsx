import { Sparkles } from 'lucide-react'
import { useEffect, useId } from 'react'
import { useSettings, useWorkshopState } from '../workshop/use-workshop.ts'
import type { WorkshopName } from '../workshop/workshop.ts'
import { useSessionStore } from '../app/use-session.ts'
import { useProject } from '../project/use-project.ts'
import { Button } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import type { Words } from '../words/words.ts'
import { timeText } from './job-words.ts'
import type { Estimate } from './timing.ts'
import { estimateOf, spokenTime } from './timing.ts'
import { missingOf, useGenerate } from './use-generate.ts'
import { useLoad } from './use-generator.ts'
import styles from './generate-button.module.css'

const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent)

/** The one big button, and what one may expect of it. Ctrl or ⌘ with Enter does the same from anywhere. */
export const GenerateButton = () => {
  const { generation: words } = useWords()
  const project = useProject()
  const { answers } = useWorkshopState()
  const { chosen } = useSettings()
  const generate = useGenerate()
  const session = useSessionStore()
  const load = useLoad()
  const id = useId()
  const missing = missingOf(project)
  const { worlds } = project.scene

  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return
      // an open dialog has the attention
      if (session.getState().dialog !== null) return
      event.preventDefault()
      event.stopPropagation()
      generate()
    }
    // before the button that has the focus takes it for a press
    window.addEventListener('keydown', hear, { capture: true })
    return () => window.removeEventListener('keydown', hear, { capture: true })
  }, [generate, session])

  const expectation = () => {
    if (missing !== null) return words.needs[missing]
    if (answers === 'no') return words.away[chosen]
    return load ? estimateText(words, chosen, estimateOf(load, project.scene)) : ' '
  }

  return (
    <div className={styles.place}>
      <Button
        kind="primary"
        size="large"
        wide
        icon={Sparkles}
        isDisabled={missing !== null || answers === 'no'}
        onPress={generate}
        aria-describedby={id}
        aria-keyshortcuts="Control+Enter"
      >
        {worlds > 1 ? words.generateSome(worlds) : words.generate}
        <kbd className={styles.keys} aria-hidden>
          {isApple ? '⌘ ↵' : 'Ctrl ↵'}
        </kbd>
      </Button>
      <p id={id} className={styles.expectation}>
        {expectation()}
      </p>
    </div>
  )
}

function estimateText(
  words: Words['generation'],
  place: WorkshopName,
  { seconds, ahead }: Estimate,
): string {
  const takes =
    seconds === null ? words.unmeasured : words.about[place](timeText(words, spokenTime(seconds)))
  return `${takes} · ${ahead === 0 ? words.atOnce : words.after(ahead)}`
}
