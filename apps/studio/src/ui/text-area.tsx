import type { KeyboardEvent } from 'react'
import { Label, TextArea as AriaTextArea, TextField as AriaTextField } from 'react-aria-components'
import { Input } from 'react-aria-components'
import { classNames } from './class-names.ts'
import styles from './text-area.module.css'

export interface TextAreaProps {
  readonly label: string
  /** The label is not shown, but read out. */
  readonly hideLabel?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly placeholder?: string
  readonly rows?: number
  readonly maxLength?: number
  /** JSON and the like. */
  readonly code?: boolean
  readonly isReadOnly?: boolean
  readonly isInvalid?: boolean
}

/** Text of several lines; it grows with what is written. */
export const TextArea = ({
  label,
  hideLabel = false,
  value,
  onChange,
  onBlur,
  onKeyDown,
  placeholder,
  rows = 3,
  maxLength,
  code = false,
  isReadOnly,
  isInvalid,
}: TextAreaProps) => (
  <AriaTextField
    className={styles.field}
    value={value}
    onChange={onChange}
    onBlur={onBlur}
    isReadOnly={isReadOnly}
    isInvalid={isInvalid}
    maxLength={maxLength}
    aria-label={hideLabel ? label : undefined}
  >
    {!hideLabel && <Label className={styles.label}>{label}</Label>}
    <AriaTextArea
      className={classNames(styles.input, styles.area, code && styles.code)}
      placeholder={placeholder}
      rows={rows}
      spellCheck={!code}
      onKeyDown={onKeyDown}
    />
  </AriaTextField>
)

export interface TextFieldProps {
  readonly label: string
  readonly hideLabel?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly placeholder?: string
  readonly type?: 'text' | 'search' | 'url' | 'password'
  readonly maxLength?: number
  readonly isReadOnly?: boolean
  readonly isInvalid?: boolean
  readonly autoFocus?: boolean
}

/** Text of one line. */
export const TextField = ({
  label,
  hideLabel = false,
  onKeyDown,
  placeholder,
  ...rest
}: TextFieldProps) => (
  <AriaTextField {...rest} className={styles.field} aria-label={hideLabel ? label : undefined}>
    {!hideLabel && <Label className={styles.label}>{label}</Label>}
    <Input
      className={classNames(styles.input, styles.line)}
      placeholder={placeholder}
      onKeyDown={onKeyDown}
    />
  </AriaTextField>
)
