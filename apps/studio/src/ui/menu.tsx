import type { LucideIcon } from 'lucide-react'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components'
import { classNames } from './class-names.ts'
import styles from './menu.module.css'

export type MenuEntry =
  | 'line'
  | {
      readonly label: string
      readonly icon?: LucideIcon
      readonly keys?: string
      readonly detail?: string
      readonly isDisabled?: boolean
      /** A tick stands beside it. */
      readonly isChecked?: boolean
      readonly isDangerous?: boolean
      readonly onAction: () => void
    }

export interface MenuProps {
  readonly label: string
  readonly entries: readonly MenuEntry[]
  /** The button that opens it. */
  readonly children: ReactElement
}

/** What can be done, in a list that a button opens. */
export const Menu = ({ label, entries, children }: MenuProps) => (
  <MenuTrigger>
    {children}
    <Popover className={styles.popover} offset={4}>
      <AriaMenu
        aria-label={label}
        className={styles.list}
        onAction={(key) => {
          const entry = entries[Number(key)]
          if (entry && entry !== 'line') entry.onAction()
        }}
      >
        {entries.map((entry, i) =>
          entry === 'line' ? (
            <Separator key={i} className={styles.line} />
          ) : (
            <AriaMenuItem
              key={i}
              id={String(i)}
              textValue={entry.label}
              isDisabled={entry.isDisabled}
              className={classNames(styles.item, entry.isDangerous && styles.dangerous)}
            >
              {entry.icon && <entry.icon size={16} strokeWidth={1.75} aria-hidden />}
              <span className={styles.words}>
                {entry.label}
                {entry.detail && <small className={styles.detail}>{entry.detail}</small>}
              </span>
              {entry.keys && <kbd className={styles.keys}>{entry.keys}</kbd>}
              {entry.isChecked && (
                <Check size={15} strokeWidth={2} className={styles.check} aria-hidden />
              )}
            </AriaMenuItem>
          ),
        )}
      </AriaMenu>
    </Popover>
  </MenuTrigger>
)
