import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './empty.module.css'

export interface EmptyProps {
  readonly icon: LucideIcon
  readonly children: ReactNode
  readonly actions?: ReactNode
}

/** What stands where there is nothing yet, and how something gets there. */
export const Empty = ({ icon: Icon, children, actions }: EmptyProps) => (
  <div className={styles.empty}>
    <Icon size={22} strokeWidth={1.5} aria-hidden />
    <p className={styles.words}>{children}</p>
    {actions}
  </div>
)
