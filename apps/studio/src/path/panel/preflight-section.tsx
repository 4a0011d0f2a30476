import { CircleCheck } from 'lucide-react'
import { useSetSession } from '../../app/use-session.ts'
import { useEdit } from '../../project/use-project.ts'
import { LinkButton, Notice, numberText, Section, useToasts } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import type { Warning } from '../preflight/index.ts'
import { findingText } from './finding-text.ts'
import styles from './panel.module.css'
import { usePreflight } from './use-preflight.ts'

/** What a model cannot do well of this project; each warning shows its place, and mends it. */
export const PreflightSection = () => {
  const { path: words } = useWords()
  const { warnings, mend } = usePreflight()
  const edit = useEdit()
  const setSession = useSetSession()
  const toasts = useToasts()

  const apply = (warning: Warning) => {
    const mended = mend(warning.finding.code)
    if (mended) edit(() => mended)
    else toasts.show({ kind: 'note', words: words.preflight.unmended })
  }

  return (
    <Section
      title={words.preflight.title}
      aside={warnings.length > 0 ? numberText(warnings.length, 0) : undefined}
    >
      {warnings.length === 0 ? (
        <p className={styles.clear}>
          <CircleCheck size={16} strokeWidth={1.75} aria-hidden />
          {words.preflight.clear}
        </p>
      ) : (
        <ul className={styles.list}>
          {warnings.map((warning) => {
            const { finding, severity, frames } = warning
            return (
              <li key={finding.code}>
                <Notice
                  kind={severity === 'stop' ? 'error' : severity}
                  actions={
                    <>
                      <LinkButton onPress={() => apply(warning)}>
                        {words.preflight.mends[finding.code]}
                      </LinkButton>
                      {frames && (
                        <LinkButton
                          onPress={() => setSession({ playhead: frames.from, isPlaying: false })}
                        >
                          {words.preflight.show}
                        </LinkButton>
                      )}
                    </>
                  }
                >
                  {findingText(finding, frames, words.preflight)}
                </Notice>
              </li>
            )
          })}
        </ul>
      )}
    </Section>
  )
}
