import { LinkButton, Notice, Progress } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './export-dialog.module.css'
import type { Work } from './use-work.ts'

/** How far some work is, or why it failed. */
export const WorkStatus = ({ work }: { readonly work: Work }) => {
  const { exporting: words } = useWords()
  const { state, failure } = work
  if (failure !== null) return <Notice kind="error">{words.failed(failure)}</Notice>
  if (!state) return null
  return (
    <div className={styles.status} role="status">
      <Progress label={state.words} share={state.share} />
      <span className={styles.line}>
        {state.words}
        <LinkButton onPress={work.stop}>{words.stop}</LinkButton>
      </span>
    </div>
  )
}
