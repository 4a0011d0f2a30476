import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useId } from 'react'
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components'
import styles from './section.module.css'

export interface SectionProps {
  readonly title: string
  /** Quiet words beside the title, such as `4 keys · 24 frames`. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One subject of a panel, always open. */
export const Section = ({ title, aside, children }: SectionProps) => {
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.header}>
        <h2 className={styles.title} id={id}>
          {title}
        </h2>
        {aside && <div className={styles.aside}>{aside}</div>}
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  )
}

export interface FoldProps extends SectionProps {
  readonly defaultExpanded?: boolean
}

/** One subject of a panel, which folds. */
export const Fold = ({ title, aside, defaultExpanded = true, children }: FoldProps) => (
  <Disclosure className={styles.section} defaultExpanded={defaultExpanded}>
    <header className={styles.header}>
      <Heading level={2} className={styles.title}>
        <Button slot="trigger" className={styles.trigger}>
          {title}
          <ChevronRight size={14} strokeWidth={2} className={styles.chevron} aria-hidden />
        </Button>
      </Heading>
      {aside && <div className={styles.aside}>{aside}</div>}
    </header>
    <DisclosurePanel className={styles.panel}>
      <div className={styles.body}>{children}</div>
    </DisclosurePanel>
  </Disclosure>
)
