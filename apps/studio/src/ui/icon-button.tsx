import type { LucideIcon } from 'lucide-react'
import type { ButtonProps as AriaButtonProps } from 'react-aria-components'
import { Button as AriaButton, ToggleButton as AriaToggleButton } from 'react-aria-components'
import { classNames } from './class-names.ts'
import { Tooltip } from './tooltip.tsx'
import styles from './icon-button.module.css'

export interface IconButtonProps extends Omit<
  AriaButtonProps,
  'className' | 'style' | 'children' | 'aria-label'
> {
  readonly icon: LucideIcon
  /** What it does: its name and its tip. */
  readonly label: string
  /** The keys that do the same, such as `Ctrl+Z`. */
  readonly keys?: string
  /** Lies on the picture. */
  readonly glass?: boolean
  readonly size?: 'small' | 'medium'
  /** Drawn as a filled shape, such as play. */
  readonly filled?: boolean
}

export const IconButton = ({
  icon: Icon,
  label,
  keys,
  glass = false,
  size = 'medium',
  filled = false,
  ...rest
}: IconButtonProps) => (
  <Tooltip words={label} keys={keys}>
    <AriaButton
      {...rest}
      aria-label={label}
      className={classNames(styles.button, styles[size], glass && styles.glass)}
    >
      <Icon
        size={size === 'small' ? 15 : 17}
        strokeWidth={1.75}
        fill={filled ? 'currentColor' : 'none'}
        aria-hidden
      />
    </AriaButton>
  </Tooltip>
)

export interface ToggleIconButtonProps {
  readonly icon: LucideIcon
  readonly label: string
  readonly keys?: string
  readonly glass?: boolean
  readonly size?: 'small' | 'medium'
  readonly filled?: boolean
  readonly isDisabled?: boolean
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
}

/** On or off, such as a star. */
export const ToggleIconButton = ({
  icon: Icon,
  label,
  keys,
  glass = false,
  size = 'medium',
  filled = false,
  ...rest
}: ToggleIconButtonProps) => (
  <Tooltip words={label} keys={keys}>
    <AriaToggleButton
      {...rest}
      aria-label={label}
      className={classNames(styles.button, styles[size], glass && styles.glass)}
    >
      {({ isSelected }) => (
        <Icon
          size={size === 'small' ? 15 : 17}
          strokeWidth={1.75}
          fill={filled && isSelected ? 'currentColor' : 'none'}
          aria-hidden
        />
      )}
    </AriaToggleButton>
  </Tooltip>
)
