import { GenerationView } from '../generation/generation-view.tsx'
import { CompareView } from '../library/compare-view.tsx'
import { ResultBar } from '../library/result-bar.tsx'
import { usePictureOfOpened } from '../library/use-picture-of-opened.ts'
import { LookThrough } from './look-through.tsx'
import { ModeBar } from './mode-bar.tsx'
import { ReadoutLine } from './readout.tsx'
import styles from './stage-area.module.css'
import { ToolBar } from './tool-bar.tsx'
import { useSession } from './use-session.ts'
import { VrButton } from './vr-button.tsx'
import { ViewportHost } from './viewport-host.tsx'

/** The picture, and what lies on it. */
export const StageArea = () => {
  const mode = useSession((session) => session.mode)
  const stage = useSession((session) => session.stage)
  usePictureOfOpened()
  return (
    <div className={styles.stage} data-mode={stage === 'plan' ? mode : 'edit'}>
      <ViewportHost />
      {stage === 'compare' ? (
        <div className={styles.compare}>
          <CompareView />
        </div>
      ) : (
        <>
          <div className={styles.top}>
            {stage === 'plan' && <ModeBar />}
            <div className={styles.tools}>
              <VrButton />
              {stage === 'plan' ? <ToolBar /> : <ResultBar />}
            </div>
          </div>
          <div className={styles.bottom}>
            <ReadoutLine />
            <LookThrough />
          </div>
        </>
      )}
      <div className={styles.making}>
        <GenerationView />
      </div>
    </div>
  )
}
