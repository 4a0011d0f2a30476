import { GenerationView } from './pending.tsx'
import { LookThrough } from './look-through.tsx'
import { ModeBar } from './mode-bar.tsx'
import { ReadoutLine } from './readout.tsx'
import styles from './stage-area.module.css'
import { ToolBar } from './tool-bar.tsx'
import { useSession } from './use-session.ts'
import { ViewportHost } from './viewport-host.tsx'

/** The picture, and what lies on it. */
export const StageArea = () => {
  const mode = useSession((session) => session.mode)
  return (
    <div className={styles.stage} data-mode={mode}>
      <ViewportHost />
      <div className={styles.top}>
        <ModeBar />
        <ToolBar />
      </div>
      <div className={styles.bottom}>
        <ReadoutLine />
        <LookThrough />
      </div>
      <div className={styles.making}>
        <GenerationView />
      </div>
    </div>
  )
}
