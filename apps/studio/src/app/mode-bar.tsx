import { Circle, Pencil, Play } from 'lucide-react'
import type { Mode } from '../viewport/viewport.ts'
import { Segmented } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './mode-bar.module.css'
import { useMedia } from './use-preferences.ts'
import { useSession, useSetSession } from './use-session.ts'

/** What one does with the path, which its colour says too, and the way out of it. */
export const ModeBar = () => {
  const { app } = useWords()
  const mode = useSession((session) => session.mode)
  const set = useSetSession()
  const isSmall = useMedia('(max-width: 900px)')
  const words = app.modes
  const hints: Readonly<Record<Mode, string>> = {
    edit: words.editHint,
    record: `${words.recordHint} · ${words.leave}`,
    play: `${words.playHint} · ${words.leave}`,
  }
  return (
    <div className={styles.bar} data-mode={mode}>
      <Segmented
        label={words.label}
        glass
        iconsOnly={isSmall}
        value={mode}
        onChange={(next) => set({ mode: next, isPlaying: next === 'play' })}
        segments={[
          { value: 'edit', label: words.edit, icon: Pencil },
          { value: 'record', label: words.record, icon: Circle },
          { value: 'play', label: words.play, icon: Play },
        ]}
      />
      <p className={styles.hint} role="status">
        <span className={styles.dot} />
        <span className={styles.words}>{hints[mode]}</span>
      </p>
    </div>
  )
}
