import { Switch as AriaSwitch } from 'react-aria-components'
import styles from './switch.module.css'

export interface SwitchProps {
  readonly label: string
  /** What it means, in a second line. */
  readonly detail?: string
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
}

/** On or off, at once. */
export const Switch = ({ label, detail, ...rest }: SwitchProps) => (
  <AriaSwitch {...rest} className={styles.switch}>
    <span className={styles.words}>
      {label}
      {detail && <small className={styles.detail}>{detail}</small>}
    </span>
    <span className={styles.track}>
      <span className={styles.knob} />
    </span>
  </AriaSwitch>
)
