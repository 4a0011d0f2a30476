import { useRef } from 'react'
import { Label, Slider as AriaSlider, SliderThumb, SliderTrack } from 'react-aria-components'
import type { EditOptions } from './gesture.ts'
import { nextGesture } from './gesture.ts'
import { NumberField } from './number-field.tsx'
import styles from './slider.module.css'

export interface SliderProps {
  readonly label: string
  readonly value: number
  /** Called while one drags too: all calls of a drag have one gesture. */
  readonly onChange: (value: number, options: EditOptions) => void
  readonly min: number
  readonly max: number
  readonly step?: number
  readonly digits?: number
  /** Written behind the number with what parts it, such as `°`. */
  readonly unit?: string
  /** The number may be typed beyond the slider's ends, up to these. */
  readonly least?: number
  readonly most?: number
  readonly isDisabled?: boolean
}

/** A slider with its number, which can be typed and dragged too. */
export const Slider = ({
  label,
  value,
  onChange,
  min,
  max,
  step = 0.01,
  digits = 2,
  unit,
  least = min,
  most = max,
  isDisabled = false,
}: SliderProps) => {
  const gesture = useRef<string>(null)
  const shown = Math.min(max, Math.max(min, value))
  const share = ((shown - min) / (max - min)) * 100
  // one that may be less than nothing fills from its middle
  const origin = min < 0 && max > 0 ? (-min / (max - min)) * 100 : 0

  return (
    <div className={styles.row}>
      <AriaSlider
        className={styles.slider}
        value={shown}
        minValue={min}
        maxValue={max}
        step={step}
        isDisabled={isDisabled}
        onChange={(next) => {
          gesture.current ??= nextGesture()
          onChange(next, { gesture: gesture.current })
        }}
        onChangeEnd={() => {
          gesture.current = null
        }}
      >
        <Label className={styles.label}>{label}</Label>
        <SliderTrack className={styles.track}>
          <span className={styles.rail} />
          <span
            className={styles.fill}
            style={{
              insetInlineStart: `${Math.min(origin, share)}%`,
              width: `${Math.abs(share - origin)}%`,
            }}
          />
          <SliderThumb className={styles.thumb} />
        </SliderTrack>
      </AriaSlider>
      <div className={styles.number}>
        <NumberField
          label={label}
          bare
          value={value}
          onChange={onChange}
          step={step}
          digits={digits}
          unit={unit}
          min={least}
          max={most}
          isDisabled={isDisabled}
        />
      </div>
    </div>
  )
}
