import { ProgressBar } from 'react-aria-components'
import styles from './progress.module.css'

export interface ProgressProps {
  readonly label: string
  /** 0 to 1; null where it is not known how much is left. */
  readonly share: number | null
}

/** How much of some work is done. */
export const Progress = ({ label, share }: ProgressProps) => (
  <ProgressBar
    aria-label={label}
    className={styles.bar}
    minValue={0}
    maxValue={1}
    value={share ?? 0}
    isIndeterminate={share === null}
  >
    {({ percentage, isIndeterminate }) => (
      <span
        className={isIndeterminate ? styles.unknown : styles.fill}
        style={{ width: isIndeterminate ? undefined : `${percentage}%` }}
      />
    )}
  </ProgressBar>
)
