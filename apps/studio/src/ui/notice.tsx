import type { LucideIcon } from 'lucide-react'
import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './notice.module.css'

export interface NoticeProps {
  readonly kind: 'note' | 'warning' | 'error'
  /** What can be done about it: buttons of kind `plain` or links. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

const icons: Readonly<Record<NoticeProps['kind'], LucideIcon>> = {
  note: Info,
  warning: TriangleAlert,
  error: CircleAlert,
}

/** Something to know, with what can be done about it. */
export const Notice = ({ kind, actions, children }: NoticeProps) => {
  const Icon = icons[kind]
  return (
    <div
      className={classNames(styles.notice, styles[kind])}
      role={kind === 'error' ? 'alert' : undefined}
    >
      <Icon size={16} strokeWidth={1.75} className={styles.icon} aria-hidden />
      <div className={styles.words}>
        {children}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}
