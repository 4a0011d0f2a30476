import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { PathPanel, Timeline } from '../path/index.ts'
import { ScenePanel } from '../sentence/scene-panel.tsx'
import { SentencePanel } from '../sentence/sentence-panel.tsx'
import { Button as AriaButton } from 'react-aria-components'
import { GenerateButton } from '../generation/generate-button.tsx'
import { QueuePanel } from '../generation/queue-panel.tsx'
import { HistoryPanel } from '../library/history-panel.tsx'
import { Tooltip } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './large-layout.module.css'
import type { Session } from './session.ts'
import { StageArea } from './stage-area.tsx'
import { useSession, useSetSession } from './use-session.ts'

/** Left what the world is, in the middle where the camera goes, right how it goes there. */
export const LargeLayout = () => {
  const { app } = useWords()
  const panels = useSession((session) => session.panels)
  return (
    <div
      className={styles.layout}
      data-left={panels.left}
      data-right={panels.right}
      data-timeline={panels.timeline}
    >
      {panels.left && (
        <aside className={styles.left} aria-label={app.panels.left}>
          <div className={styles.scroll}>
            <div data-tour="sentence">
              <SentencePanel />
            </div>
            <ScenePanel />
            <QueuePanel />
            <HistoryPanel />
          </div>
          <div className={styles.generate} data-tour="generate">
            <GenerateButton />
          </div>
        </aside>
      )}
      <main className={styles.stage} aria-label={app.panels.view} data-tour="view">
        <StageArea />
        <PanelFold panel="left" open={ChevronRight} fold={ChevronLeft} />
        <PanelFold panel="right" open={ChevronLeft} fold={ChevronRight} />
        <PanelFold panel="timeline" open={ChevronUp} fold={ChevronDown} />
      </main>
      {panels.timeline && (
        <section className={styles.timeline} aria-label={app.panels.timeline}>
          <Timeline />
        </section>
      )}
      {panels.right && (
        <aside className={styles.right} aria-label={app.panels.right} data-tour="path">
          <div className={styles.scroll}>
            <PathPanel />
          </div>
        </aside>
      )}
    </div>
  )
}

interface PanelFoldProps {
  readonly panel: keyof Session['panels']
  readonly open: LucideIcon
  readonly fold: LucideIcon
}

/** The grip at a panel's edge that folds it away, and brings it back. */
const PanelFold = ({ panel, open, fold }: PanelFoldProps) => {
  const { app } = useWords()
  const isOpen = useSession(({ panels }) => panels[panel])
  const set = useSetSession()
  const Icon = isOpen ? fold : open
  const labels = {
    left: [app.panels.foldLeft, app.panels.openLeft],
    right: [app.panels.foldRight, app.panels.openRight],
    timeline: [app.panels.foldTimeline, app.panels.openTimeline],
  } as const
  const label = labels[panel][isOpen ? 0 : 1]
  return (
    <Tooltip words={label}>
      <AriaButton
        className={styles.fold}
        data-panel={panel}
        aria-label={label}
        aria-expanded={isOpen}
        onPress={() => set(({ panels }) => ({ panels: { ...panels, [panel]: !panels[panel] } }))}
      >
        <Icon size={14} strokeWidth={2} aria-hidden />
      </AriaButton>
    </Tooltip>
  )
}
