import type { KeyboardEvent, PointerEvent } from 'react'
import { useId, useRef, useState } from 'react'
import { classNames } from './class-names.ts'
import type { EditOptions } from './gesture.ts'
import { nextGesture } from './gesture.ts'
import { clampNumber, numberText, readNumber, stepFactor } from './number-text.ts'
import styles from './number-field.module.css'

export interface NumberFieldProps {
  /** Short, such as `X` or `Yaw`: it stands in the field. */
  readonly label: string
  /** Where the short one does not say enough. */
  readonly fullLabel?: string
  readonly value: number
  /** Called while one drags too: all calls of a drag have one gesture. */
  readonly onChange: (value: number, options: EditOptions) => void
  /** What an arrow key, or four pixels of drag, changes it by. */
  readonly step?: number
  readonly digits?: number
  readonly min?: number
  readonly max?: number
  /** Written behind it with what parts it, such as `°` or ` mm`. */
  readonly unit?: string
  /** The label is not shown, but read out. */
  readonly bare?: boolean
  readonly isDisabled?: boolean
}

const PIXELS_PER_STEP = 4
/** A pointer that moved less has clicked. */
const CLICK_PIXELS = 3

interface Drag {
  readonly x: number
  readonly value: number
  readonly gesture: string
  moved: boolean
}

/** A number that is typed, stepped by the arrow keys, or dragged sideways: Shift fine, Ctrl coarse. */
export const NumberField = ({
  label,
  fullLabel = label,
  value,
  onChange,
  step = 0.1,
  digits = 2,
  min,
  max,
  unit = '',
  bare = false,
  isDisabled = false,
}: NumberFieldProps) => {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const drag = useRef<Drag>(null)
  const [text, setText] = useState<string | null>(null)
  const [isDragged, setIsDragged] = useState(false)

  const change = (next: number, options: EditOptions = {}) => {
    const clamped = clampNumber(next, { min, max, digits })
    if (clamped !== value) onChange(clamped, options)
  }

  const commit = () => {
    const read = text === null ? null : readNumber(text)
    if (read !== null) change(read)
    setText(null)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const sign = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (event.key === 'Enter') commit()
    else if (event.key === 'Escape') setText(null)
    else if (sign !== 0) {
      event.preventDefault()
      setText(null)
      change(value + sign * step * stepFactor(event))
    } else return
    event.stopPropagation()
  }

  const onPointerDown = (event: PointerEvent) => {
    if (isDisabled || event.button !== 0 || document.activeElement === input.current) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, value, gesture: nextGesture(), moved: false }
  }

  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current
    if (!from) return
    const pixels = event.clientX - from.x
    if (!from.moved && Math.abs(pixels) < CLICK_PIXELS) return
    from.moved = true
    setIsDragged(true)
    const steps = (pixels / PIXELS_PER_STEP) * stepFactor(event)
    change(from.value + steps * step, { gesture: from.gesture })
  }

  const onPointerUp = () => {
    if (drag.current && !drag.current.moved) input.current?.select()
    drag.current = null
    setIsDragged(false)
  }

  return (
    <div
      className={classNames(
        styles.field,
        bare && styles.bare,
        isDragged && styles.dragged,
        isDisabled && styles.disabled,
      )}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
    >
      {!bare && (
        <label className={styles.label} htmlFor={id} aria-hidden>
          {label}
        </label>
      )}
      <input
        ref={input}
        id={id}
        className={styles.input}
        role="spinbutton"
        aria-label={fullLabel}
        aria-valuenow={value}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuetext={numberText(value, digits, unit)}
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        disabled={isDisabled}
        value={text ?? numberText(value, digits, unit)}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}
