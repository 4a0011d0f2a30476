import { Orbit, Route } from 'lucide-react'
import { useProject } from '../../project/use-project.ts'
import { Button, Empty } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { addMove, usualMove } from '../moves.ts'
import { useEditPath } from '../use-path.ts'
import styles from './timeline.module.css'
import { Track } from './track.tsx'
import { Transport } from './transport.tsx'

/** The path in time: its frames as pictures, its keys, its speed, and the frame that is shown. */
export const Timeline = () => {
  const { path: words } = useWords()
  const keys = useProject(({ path }) => path.keys.length)
  const editPath = useEditPath()
  if (keys === 0) {
    return (
      <div className={styles.empty}>
        <Empty
          icon={Route}
          actions={
            <Button
              icon={Orbit}
              onPress={() => editPath((path) => addMove(path, usualMove('orbit'), 'first'))}
            >
              {words.timeline.start}
            </Button>
          }
        >
          {words.timeline.empty}
        </Empty>
      </div>
    )
  }
  return (
    <div className={styles.timeline}>
      <Transport />
      <Track />
    </div>
  )
}
