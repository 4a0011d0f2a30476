import type { KeyboardEvent, PointerEvent } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'
import { useSession, useSessionStore } from '../../app/use-session.ts'
import { useProject } from '../../project/use-project.ts'
import { numberText } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { FrameStrip } from './frame-strip.tsx'
import { KeyMarks } from './key-marks.tsx'
import { SpeedLine } from './speed-line.tsx'
import styles from './timeline.module.css'
import { INSET, shareOf } from './track-scale.ts'

/** The frames in a row, with what lies on them; one scrubs anywhere on it. */
export const Track = () => {
  const { path: all } = useWords()
  const words = all.timeline
  const frames = useProject(({ scene }) => scene.frames)
  const session = useSessionStore()
  const playhead = useSession((now) => now.playhead)
  const track = useRef<HTMLDivElement>(null)
  const width = useWidth(track)
  const last = frames - 1

  const scrubTo = (frame: number) =>
    session.setState({
      playhead: Math.min(Math.max(frame, 0), last),
      isPlaying: false,
      mode: 'edit',
    })
  const scrub = (event: PointerEvent) => {
    const { left, width: across } = track.current!.getBoundingClientRect()
    scrubTo(((event.clientX - left - INSET) / (across - 2 * INSET)) * last)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const now = playhead ?? 0
    const to = {
      ArrowRight: Math.floor(now + 1e-6) + 1,
      ArrowLeft: Math.ceil(now - 1e-6) - 1,
      PageUp: now + 5,
      PageDown: now - 5,
      Home: 0,
      End: last,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    scrubTo(to)
  }

  const shown = playhead ?? 0
  return (
    <div className={styles.track}>
      <div
        ref={track}
        className={styles.frames}
        role="slider"
        tabIndex={0}
        aria-label={words.scrub}
        aria-valuemin={1}
        aria-valuemax={frames}
        aria-valuenow={Math.round(shown) + 1}
        aria-valuetext={words.frame(numberText(shown + 1, 0), frames)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          scrub(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event)
        }}
      >
        <FrameStrip width={width} />
        <SpeedLine />
        {playhead !== null && (
          <span className={styles.playhead} style={{ insetInlineStart: shareOf(shown, last) }} />
        )}
      </div>
      <KeyMarks track={track} />
    </div>
  )
}

/** The width of an element, pixels, as it is now. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const watched = element.current
    if (!watched) return
    const watch = new ResizeObserver(() => setWidth(watched.clientWidth))
    watch.observe(watched)
    return () => watch.disconnect()
  }, [element])
  return width
}
