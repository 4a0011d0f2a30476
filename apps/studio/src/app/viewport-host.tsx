import { Box, RotateCw } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { VisuallyHidden } from 'react-aria-components'
import { EMPTY_PATH } from '../path/edits.ts'
import { useProject } from '../project/use-project.ts'
import { Button, Empty } from '../ui/index.ts'
import type { Viewport, ViewState } from '../viewport/viewport.ts'
import { useWords } from '../words/use-words.ts'
import { useFlyOn } from './use-fly-on.ts'
import { useReducedMotion, useTheme } from './use-preferences.ts'
import { useSession, useSessionStore } from './use-session.ts'
import { useViewEvents } from './use-view-events.ts'
import { announcementText } from './announcement-text.ts'
import styles from './viewport-host.module.css'

/** Holds the view, which knows no React: gives it all that it shows, and takes what happens in it. */
export const ViewportHost = () => {
  const { app } = useWords()
  const host = useRef<HTMLDivElement>(null)
  const session = useSessionStore()
  const events = useViewEvents()
  const state = useViewState()
  const shown = useRef(state)
  const [failure, setFailure] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const viewport = useSession((now) => now.viewport)
  const announcement = useSession((now) => now.announcement)
  const instructions = useId()
  useFlyOn(host)

  useEffect(() => {
    let made: Viewport | undefined
    let gone = false
    // a world that cannot be read is no failure of the view: it goes on with what it shows
    void import('../viewport/index.ts')
      .then(({ createViewport }) => {
        if (gone) return
        made = createViewport(host.current!, events)
        made.show(shown.current)
        const { firstView } = session.getState()
        if (firstView) made.lookFrom(firstView)
        session.setState({ viewport: made, firstView: null })
      })
      .catch((error: Error) => {
        events.onError(error)
        setFailure(true)
      })
    return () => {
      gone = true
      session.setState({ viewport: null, readout: null, ...(made && { firstView: made.view }) })
      made?.destroy()
    }
  }, [attempt, events, session])

  useLayoutEffect(() => {
    shown.current = state
    viewport?.show(state)
  }, [state, viewport])

  return (
    <>
      <div
        ref={host}
        className={styles.host}
        hidden={failure}
        role="application"
        tabIndex={0}
        aria-label={app.view.label}
        aria-describedby={instructions}
        data-viewport
      />
      <VisuallyHidden>
        <p id={instructions}>{app.view.instructions}</p>
        <p role="status">{announcement && announcementText(app.announcements, announcement)}</p>
      </VisuallyHidden>
      {!viewport && !failure && (
        <p className={styles.loading} role="status">
          {app.viewLoading}
        </p>
      )}
      {failure && (
        <div className={styles.failed} role="alert">
          <Empty
            icon={Box}
            actions={
              <Button
                kind="glass"
                icon={RotateCw}
                onPress={() => {
                  setFailure(false)
                  setAttempt(attempt + 1)
                }}
              >
                {app.viewFailed.again}
              </Button>
            }
          >
            <strong>{app.viewFailed.title}</strong> {app.viewFailed.advice}
          </Empty>
        </div>
      )}
    </>
  )
}

/** All that the view shows, the same object as long as nothing of it changes. */
const useViewState = (): ViewState => {
  const { path, photograph, scene } = useProject()
  const { mode, tool, selection, playhead, world, stage } = useSession()
  const theme = useTheme()
  const reducedMotion = useReducedMotion()
  // the result stands alone, but for the path that is looked along
  const isAlone = stage !== 'plan'
  const shownPath = isAlone && playhead === null ? EMPTY_PATH : path
  const shownPhotograph = isAlone ? null : photograph
  const shownSelection = isAlone ? null : selection
  // in a result one looks around: nothing of the path is drawn, dragged or recorded there
  const shownMode = isAlone ? 'play' : mode
  return useMemo(
    () => ({
      mode: shownMode,
      tool,
      path: shownPath,
      selection: shownSelection,
      size: { width: scene.width, height: scene.height },
      // what is looked through is what the model sees, in the result too
      isFramed: !isAlone || playhead !== null,
      frames: scene.frames,
      playhead,
      photograph: shownPhotograph,
      world,
      theme,
      reducedMotion,
    }),
    [
      isAlone,
      shownMode,
      tool,
      shownPath,
      shownSelection,
      scene,
      playhead,
      shownPhotograph,
      world,
      theme,
      reducedMotion,
    ],
  )
}
