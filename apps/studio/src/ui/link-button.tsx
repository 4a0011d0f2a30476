import type { ButtonProps as AriaButtonProps } from 'react-aria-components'
import { Button as AriaButton } from 'react-aria-components'
import styles from './link-button.module.css'

export type LinkButtonProps = Omit<AriaButtonProps, 'className' | 'style'>

/** A verb within text, such as the mend that a warning offers. */
export const LinkButton = (props: LinkButtonProps) => (
  <AriaButton {...props} className={styles.link} />
)
