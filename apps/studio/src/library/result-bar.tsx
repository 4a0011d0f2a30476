import { Forward, RefreshCw } from 'lucide-react'
import { useMedia } from '../app/use-preferences.ts'
import { useSession } from '../app/use-session.ts'
import { Button, Tooltip } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './result-bar.module.css'
import { useLibraryState } from './use-library.ts'
import { useWorldActions } from './use-world-actions.ts'

/** What comes after a world that was made: a path that goes on from it, or the same once more. */
export const ResultBar = () => {
  const { library: words } = useWords()
  const { records } = useLibraryState()
  const actions = useWorldActions()
  const isSmall = useMedia('(max-width: 900px)')
  const record = useSession(({ world }) => records.find(({ id }) => id === world?.id))
  const playhead = useSession((session) => session.playhead)
  if (!record?.project || record.cameras.length === 0) return null
  const last = record.cameras.length - 1
  const frame = playhead === null ? last : Math.min(last, Math.round(playhead))
  const extendWords = frame === last ? words.extendLast : words.extendFrame(frame + 1)
  return (
    <div className={styles.bar}>
      <Tooltip words={words.regenerate}>
        <Button
          kind="glass"
          icon={RefreshCw}
          aria-label={words.regenerate}
          onPress={() => actions.regenerate(record)}
        >
          {!isSmall && words.anotherSeed}
        </Button>
      </Tooltip>
      <Tooltip words={extendWords}>
        <Button
          kind="glass"
          icon={Forward}
          aria-label={extendWords}
          onPress={() => void actions.extend(record, frame)}
        >
          {words.extend}
        </Button>
      </Tooltip>
    </div>
  )
}
