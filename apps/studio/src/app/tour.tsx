import type { CSSProperties } from 'react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Button, LinkButton } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './tour.module.css'
import { useMedia, useSetPreferences } from './use-preferences.ts'
import { useSession, useSetSession } from './use-session.ts'

/** Where each step points: the part of the page so named by `data-tour`. */
const steps = ['sentence', 'view', 'path', 'generate'] as const

export const TOUR_STEPS = steps.length

/** Four steps through the page, beside what they speak of; Esc or a click ends them. */
export const Tour = () => {
  const step = useSession(({ tour }) => tour)
  return step === null ? null : <TourStep key={step} step={step} />
}

const TourStep = ({ step }: { readonly step: number }) => {
  const { app } = useWords()
  const set = useSetSession()
  const setPreferences = useSetPreferences()
  const card = useRef<HTMLDivElement>(null)
  const name = steps[step]!
  const isTouched = useMedia('(pointer: coarse)')
  const words = app.tour.steps[name === 'view' && isTouched ? 'viewByTouch' : name]
  const [place, setPlace] = useState<{
    readonly hole: CSSProperties
    readonly card: CSSProperties
  }>()

  // a phone shows one sheet at a time
  const sheet = useSession((session) => session.sheet)
  useLayoutEffect(() => set({ sheet: name === 'path' ? 'path' : 'world' }), [name, set])
  useLayoutEffect(() => {
    const update = () => {
      if (!card.current) return
      const target = document.querySelector(`[data-tour='${name}']`)
      // what cannot be pointed at is told in the middle
      const at = target?.getBoundingClientRect() ?? new DOMRect(innerWidth / 2, innerHeight / 2)
      setPlace(placeOf(at, card.current.getBoundingClientRect()))
    }
    update()
    addEventListener('resize', update)
    return () => removeEventListener('resize', update)
  }, [name, sheet])

  useEffect(() => card.current?.focus(), [])

  const end = useCallback(() => {
    setPreferences({ toured: true })
    set({ tour: null })
  }, [set, setPreferences])

  // wherever the focus is: the page beneath can be used meanwhile
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      event.preventDefault()
      end()
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [end])

  const next = () => (step + 1 < steps.length ? set({ tour: step + 1 }) : end())

  return (
    <div className={styles.tour}>
      <div className={styles.hole} style={place?.hole} />
      <div
        ref={card}
        className={styles.card}
        style={place?.card ?? { visibility: 'hidden' }}
        role="dialog"
        aria-label={words.title}
        tabIndex={-1}
      >
        <p className={styles.step}>{app.tour.step(step + 1, steps.length)}</p>
        <h2 className={styles.title}>{words.title}</h2>
        <p className={styles.words}>{words.words}</p>
        <div className={styles.actions}>
          <LinkButton onPress={end}>{app.tour.skip}</LinkButton>
          <Button kind="primary" onPress={next}>
            {step + 1 < steps.length ? app.tour.next : app.tour.done}
          </Button>
        </div>
      </div>
    </div>
  )
}

const GAP = 12
/** How wide the light around the hole is, pixels. */
const EDGE = 2

/** The card stands where there is room: right of what it speaks of, left, below, above, else within. */
function placeOf(target: DOMRect, card: DOMRect) {
  // its edge is seen where it touches the page's too
  const left0 = Math.max(EDGE, target.left)
  const top0 = Math.max(EDGE, target.top)
  const hole = {
    left: left0,
    top: top0,
    width: Math.min(innerWidth - EDGE, target.right) - left0,
    height: Math.min(innerHeight - EDGE, target.bottom) - top0,
  }
  const clamp = (value: number, size: number, room: number) =>
    Math.min(room - size - GAP, Math.max(GAP, value))
  const left =
    target.right + GAP + card.width < innerWidth
      ? target.right + GAP
      : target.left - GAP - card.width > 0
        ? target.left - GAP - card.width
        : undefined
  const middle = target.top + target.height / 2 - card.height / 2
  if (left !== undefined)
    return { hole, card: { left, top: clamp(middle, card.height, innerHeight) } }
  const below = target.bottom + GAP + card.height < innerHeight
  const top = below
    ? target.bottom + GAP
    : target.top - GAP - card.height > 0
      ? target.top - GAP - card.height
      : target.bottom - GAP - card.height
  return {
    hole,
    card: {
      left: clamp(target.left + target.width / 2 - card.width / 2, card.width, innerWidth),
      top: clamp(top, card.height, innerHeight),
    },
  }
}
