import { Boxes, X } from 'lucide-react'
import { useProject } from '../project/use-project.ts'
import { Button, IconButton, Notice, Progress, Tooltip } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './block-out-button.module.css'
import { useBlockOut } from './use-block-out.ts'

/** Makes a coarse world of the photograph, in which distance means something. */
export const BlockOutButton = () => {
  const { photograph: words } = useWords()
  const hasPhotograph = useProject(({ photograph }) => photograph !== null)
  const { state, start, cancel } = useBlockOut()
  if (!hasPhotograph) return null
  if (state.kind === 'working') {
    return (
      <div className={styles.working}>
        <span className={styles.words}>{words.blocking}</span>
        <IconButton icon={X} label={words.stop} size="small" onPress={cancel} />
        <Progress label={words.blocking} share={state.share} />
      </div>
    )
  }
  return (
    <>
      <Tooltip words={words.hint}>
        <Button icon={Boxes} wide onPress={start}>
          {words.blockOut}
        </Button>
      </Tooltip>
      {state.kind === 'failed' && <Notice kind="error">{words.failed(state.message)}</Notice>}
    </>
  )
}
