import type { KeyboardEvent, PointerEvent, RefObject } from 'react'
import { useRef, useState } from 'react'
import { useSession, useSessionStore } from '../../app/use-session.ts'
import { useProject, useProjectStore } from '../../project/use-project.ts'
import { classNames, nextGesture, numberText } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { deleteKeys, indexOfKey, moveKey } from '../edits.ts'
import { frameOfPlace } from '../frames.ts'
import { useEditPath, usePath } from '../use-path.ts'
import styles from './timeline.module.css'
import { INSET, shareOf } from './track-scale.ts'

/** A pointer that moved less, pixels, has clicked. */
const CLICK_PIXELS = 4

interface Drag {
  readonly id: string
  readonly x: number
  readonly gesture: string
  moved: boolean
}

/** The keys as diamonds: a click selects, a drag puts a key into another place of the order. */
export const KeyMarks = ({ track }: { readonly track: RefObject<HTMLElement | null> }) => {
  const { path: all } = useWords()
  const words = all.timeline
  const path = usePath()
  const frames = useProject(({ scene }) => scene.frames)
  const project = useProjectStore()
  const session = useSessionStore()
  const selection = useSession((now) => now.selection)
  const editPath = useEditPath()
  const drag = useRef<Drag>(null)
  const [dragged, setDragged] = useState<{ readonly id: string; readonly x: number } | null>(null)
  const last = path.keys.length - 1

  const select = (id: string) => session.setState({ selection: { kind: 'key', id } })
  const lookThrough = (id: string) => {
    const index = indexOfKey(path, id)
    session.setState({ playhead: frameOfPlace(index, frames, path.keys.length), isPlaying: false })
  }
  const onPointerMove = (event: PointerEvent) => {
    const held = drag.current
    if (!held || !track.current) return
    if (!held.moved && Math.abs(event.clientX - held.x) < CLICK_PIXELS) return
    held.moved = true
    const { left, width } = track.current.getBoundingClientRect()
    const x = Math.min(Math.max(event.clientX - left, INSET), width - INSET)
    setDragged({ id: held.id, x })
    const to = Math.round(((x - INSET) / (width - 2 * INSET)) * last)
    editPath((now) => moveKey(now, held.id, to), { gesture: held.gesture })
  }
  const onPointerUp = () => {
    if (drag.current?.moved) project.endGesture()
    drag.current = null
    setDragged(null)
  }
  const onKeyDown = (event: KeyboardEvent, id: string) => {
    const index = indexOfKey(path, id)
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step !== undefined && event.altKey) {
      editPath((now) => moveKey(now, id, index + step))
    } else if (step !== undefined) {
      const next = path.keys[index + step]
      if (next) {
        select(next.id)
        const marks = event.currentTarget.parentElement?.querySelectorAll('button')
        marks?.[index + step]?.focus()
      }
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      const next = path.keys[index + 1] ?? path.keys[index - 1]
      session.setState({ selection: next ? { kind: 'key', id: next.id } : null })
      editPath((now) => deleteKeys(now, [id]))
    } else if (event.key === 'Enter') {
      select(id)
      lookThrough(id)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.keys} role="group" aria-label={words.keys}>
      {path.keys.map(({ id }, i) => {
        const frame = frameOfPlace(i, frames, path.keys.length)
        const isSelected = selection?.kind === 'key' && selection.id === id
        const name = words.key(i + 1, numberText(frame + 1, Number.isInteger(frame) ? 0 : 1))
        return (
          <button
            key={id}
            type="button"
            className={classNames(styles.key, isSelected && styles.selected)}
            style={{
              insetInlineStart: dragged?.id === id ? dragged.x : shareOf(i, last),
            }}
            aria-label={name}
            aria-pressed={isSelected}
            title={`${name}. ${words.rule}`}
            tabIndex={isSelected || (i === 0 && selection?.kind !== 'key') ? 0 : -1}
            aria-description={words.keyHint}
            onPointerDown={(event) => {
              if (event.button !== 0) return
              event.currentTarget.setPointerCapture(event.pointerId)
              drag.current = { id, x: event.clientX, gesture: nextGesture(), moved: false }
            }}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={() => {
              if (drag.current?.moved) project.endGesture('cancel')
              drag.current = null
              setDragged(null)
            }}
            onClick={() => select(id)}
            onDoubleClick={() => lookThrough(id)}
            onKeyDown={(event) => onKeyDown(event, id)}
          >
            <span className={styles.diamond} />
          </button>
        )
      })}
    </div>
  )
}
