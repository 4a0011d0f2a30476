import type { ReactElement } from 'react'
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components'
import styles from './tooltip.module.css'

export interface TooltipProps {
  readonly words: string
  readonly keys?: string
  /** A button of this folder. */
  readonly children: ReactElement
}

/** What a control does, shown beside it after a moment, with the keys that do the same. */
export const Tooltip = ({ words, keys, children }: TooltipProps) => (
  <TooltipTrigger delay={500} closeDelay={80}>
    {children}
    <AriaTooltip className={styles.tooltip} offset={6}>
      {words}
      {keys && <kbd className={styles.keys}>{keys}</kbd>}
    </AriaTooltip>
  </TooltipTrigger>
)
