import type { LucideIcon } from 'lucide-react'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components'
import { classNames } from './class-names.ts'
import styles from './menu.module.css'

export interface MenuAction {
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

/** Actions that belong together, under a title where they need one. */
export interface MenuGroup {
  readonly title?: string
  readonly actions: readonly MenuAction[]
}

export interface MenuProps {
  readonly label: string
  /** Those without actions are not there. */
  readonly groups: readonly MenuGroup[]
  /** The button that opens it. */
  readonly children: ReactElement
}

/** What can be done, in a list that a button opens. */
export const Menu = ({ label, groups, children }: MenuProps) => {
  const shown = groups.filter(({ actions }) => actions.length > 0)
  const all = shown.flatMap(({ actions }) => actions)
  return (
    <MenuTrigger>
      {children}
      <Popover className={styles.popover} offset={4}>
        <AriaMenu
          aria-label={label}
          className={styles.list}
          onAction={(key) => all[Number(key)]?.onAction()}
        >
          {shown.map(({ title, actions }, i) => (
            <MenuSection key={i} className={styles.group} aria-label={title ?? label}>
              {title && <Header className={styles.title}>{title}</Header>}
              {actions.map((action) => (
                <Action key={action.label} id={String(all.indexOf(action))} action={action} />
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

const Action = ({ id, action }: { readonly id: string; readonly action: MenuAction }) => (
  <AriaMenuItem
    id={id}
    textValue={action.label}
    isDisabled={action.isDisabled}
    className={classNames(styles.item, action.isDangerous && styles.dangerous)}
  >
    {action.icon && <action.icon size={16} strokeWidth={1.75} aria-hidden />}
    <span className={styles.words}>
      {action.label}
      {action.detail && <small className={styles.detail}>{action.detail}</small>}
    </span>
    {action.keys && <kbd className={styles.keys}>{action.keys}</kbd>}
    {action.isChecked && <Check size={15} strokeWidth={2} className={styles.check} aria-hidden />}
  </AriaMenuItem>
)
