import { ChevronDown, ChevronUp } from 'lucide-react'
import type { PointerEvent } from 'react'
import { useRef } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { GenerateButton } from '../generation/generate-button.tsx'
import { QueuePanel } from '../generation/queue-panel.tsx'
import { HistoryPanel } from '../library/history-panel.tsx'
import { PathPanel, Timeline } from '../path/index.ts'
import { ScenePanel } from '../sentence/scene-panel.tsx'
import { SentencePanel } from '../sentence/sentence-panel.tsx'
import { Segmented } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './phone-layout.module.css'
import type { Session, Sheet } from './session.ts'
import { StageArea } from './stage-area.tsx'
import { useSession, useSetSession } from './use-session.ts'

const sheets: readonly Sheet[] = ['world', 'path', 'history']

/** The picture above, the timeline, and all panels as one sheet; the big button is always there. */
export const PhoneLayout = () => {
  const { app } = useWords()
  const sheet = useSession((session) => session.sheet)
  const height = useSession((session) => session.sheetHeight)
  const set = useSetSession()
  return (
    <div className={styles.layout} data-sheet={height}>
      <main className={styles.stage} aria-label={app.panels.view} data-tour="view">
        <StageArea />
      </main>
      <section className={styles.timeline} aria-label={app.panels.timeline}>
        <Timeline />
      </section>
      <section className={styles.sheet} aria-label={app.panels[sheet]}>
        <SheetGrip />
        <div className={styles.tabs}>
          <Segmented
            label={app.panels.label}
            wide
            value={sheet}
            onChange={(next) =>
              set(({ sheetHeight }) => ({
                sheet: next,
                sheetHeight: sheetHeight === 'low' ? 'half' : sheetHeight,
              }))
            }
            segments={sheets.map((value) => ({ value, label: app.panels[value] }))}
          />
        </div>
        <div className={styles.scroll} data-tour={sheet === 'path' ? 'path' : 'sentence'}>
          {sheet === 'world' && (
            <>
              <SentencePanel />
              <ScenePanel />
            </>
          )}
          {sheet === 'path' && <PathPanel />}
          {sheet === 'history' && (
            <>
              <QueuePanel />
              <HistoryPanel />
            </>
          )}
        </div>
      </section>
      <footer className={styles.generate} data-tour="generate">
        <GenerateButton />
      </footer>
    </div>
  )
}

const heights = ['low', 'half', 'full'] as const
/** Pixels that a finger goes for the next height. */
const FLICK = 40

const step = (height: Session['sheetHeight'], by: number) =>
  heights[Math.min(2, Math.max(0, heights.indexOf(height) + by))]!

/** Dragged up and down, or tapped: a tap brings what a drag does. */
const SheetGrip = () => {
  const { app } = useWords()
  const height = useSession((session) => session.sheetHeight)
  const set = useSetSession()
  const from = useRef<number>(null)
  const isFull = height === 'full'
  const Icon = isFull ? ChevronDown : ChevronUp

  const onPointerMove = (event: PointerEvent) => {
    if (from.current === null) return
    const pixels = from.current - event.clientY
    if (Math.abs(pixels) < FLICK) return
    from.current = event.clientY
    set((session) => ({ sheetHeight: step(session.sheetHeight, Math.sign(pixels)) }))
  }

  return (
    <div
      className={styles.grip}
      onPointerDown={(event) => {
        from.current = event.clientY
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        from.current = null
      }}
      onPointerCancel={() => {
        from.current = null
      }}
    >
      <AriaButton
        className={styles.handle}
        aria-label={isFull ? app.panels.sheetDown : app.panels.sheetUp}
        onPress={() => set({ sheetHeight: isFull ? 'low' : step(height, 1) })}
      >
        <Icon size={18} strokeWidth={2} aria-hidden />
      </AriaButton>
    </div>
  )
}
