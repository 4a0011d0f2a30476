import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ButtonProps as AriaButtonProps } from 'react-aria-components'
import { Button as AriaButton } from 'react-aria-components'
import { classNames } from './class-names.ts'
import styles from './button.module.css'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** `primary`: the one thing to do here. `plain`: no box. `glass`: lies on the picture. */
  readonly kind?: 'primary' | 'secondary' | 'plain' | 'glass' | 'danger'
  readonly size?: 'small' | 'medium' | 'large'
  readonly icon?: LucideIcon
  /** Over the whole width of its place. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A button with a verb on it. */
export const Button = ({
  kind = 'secondary',
  size = 'medium',
  icon: Icon,
  wide = false,
  children,
  ...rest
}: ButtonProps) => (
  <AriaButton
    {...rest}
    className={classNames(styles.button, styles[kind], styles[size], wide && styles.wide)}
  >
    {Icon && <Icon size={size === 'large' ? 18 : 16} strokeWidth={1.75} aria-hidden />}
    {children}
  </AriaButton>
)
