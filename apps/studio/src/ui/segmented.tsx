import type { LucideIcon } from 'lucide-react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { classNames } from './class-names.ts'
import { Tooltip } from './tooltip.tsx'
import styles from './segmented.module.css'

export interface Segment<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly icon?: LucideIcon
  readonly keys?: string
  readonly isDisabled?: boolean
}

export interface SegmentedProps<Value extends string> {
  /** Names the choice to those who do not see it. */
  readonly label: string
  readonly segments: readonly Segment<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  /** Icons only, their labels as tips. */
  readonly iconsOnly?: boolean
  /** Lies on the picture. */
  readonly glass?: boolean
  /** Its parts share the width. */
  readonly wide?: boolean
  readonly isDisabled?: boolean
}

/** One of a few, all in sight. */
export const Segmented = <Value extends string>({
  label,
  segments,
  value,
  onChange,
  iconsOnly = false,
  glass = false,
  wide = false,
  isDisabled = false,
}: SegmentedProps<Value>) => (
  <ToggleButtonGroup
    aria-label={label}
    selectionMode="single"
    disallowEmptySelection
    isDisabled={isDisabled}
    selectedKeys={[value]}
    onSelectionChange={([key]) => onChange(key as Value)}
    className={classNames(styles.group, glass && styles.glass, wide && styles.wide)}
  >
    {segments.map(({ value: id, label: name, icon: Icon, keys, isDisabled: off }) => {
      const segment = (
        <ToggleButton
          key={id}
          id={id}
          isDisabled={off}
          aria-label={iconsOnly ? name : undefined}
          className={classNames(styles.segment, iconsOnly && styles.icon)}
        >
          {Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
          {!iconsOnly && <span className={styles.words}>{name}</span>}
        </ToggleButton>
      )
      return iconsOnly ? (
        <Tooltip key={id} words={name} keys={keys}>
          {segment}
        </Tooltip>
      ) : (
        segment
      )
    })}
  </ToggleButtonGroup>
)
