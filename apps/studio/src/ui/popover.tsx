import type { ReactElement, ReactNode } from 'react'
import { Dialog, DialogTrigger, Popover as AriaPopover } from 'react-aria-components'
import menu from './menu.module.css'
import styles from './popover.module.css'

export interface PopoverProps {
  readonly label: string
  /** The button that opens it. */
  readonly trigger: ReactElement
  readonly children: ReactNode
}

/** A few controls that a button opens beside it. */
export const Popover = ({ label, trigger, children }: PopoverProps) => (
  <DialogTrigger>
    {trigger}
    <AriaPopover className={menu.popover} offset={6}>
      <Dialog aria-label={label} className={styles.body}>
        {children}
      </Dialog>
    </AriaPopover>
  </DialogTrigger>
)
