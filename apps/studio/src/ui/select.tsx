import { Check, ChevronDown } from 'lucide-react'
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from 'react-aria-components'
import { classNames } from './class-names.ts'
import menu from './menu.module.css'
import styles from './select.module.css'

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  /** A second, quieter line. */
  readonly detail?: string
}

export interface SelectProps<Value extends string> {
  readonly label: string
  /** Beside it: label left, choice right. Else the label is only read out. */
  readonly showLabel?: boolean
  readonly choices: readonly Choice<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly isDisabled?: boolean
}

/** One of several, in a list that opens. */
export const Select = <Value extends string>({
  label,
  showLabel = false,
  choices,
  value,
  onChange,
  isDisabled,
}: SelectProps<Value>) => (
  <AriaSelect
    className={classNames(styles.select, showLabel && styles.row)}
    aria-label={showLabel ? undefined : label}
    value={value}
    onChange={(key) => onChange(key as Value)}
    isDisabled={isDisabled}
  >
    {showLabel && <Label className={styles.label}>{label}</Label>}
    <Button className={styles.button}>
      <SelectValue className={styles.value}>
        {() => choices.find((choice) => choice.value === value)?.label}
      </SelectValue>
      <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
    </Button>
    <Popover className={menu.popover} offset={4} placement="bottom end">
      <ListBox className={menu.list}>
        {choices.map((choice) => (
          <ListBoxItem
            key={choice.value}
            id={choice.value}
            textValue={choice.label}
            className={menu.item}
          >
            {({ isSelected }) => (
              <>
                <span className={menu.words}>
                  {choice.label}
                  {choice.detail && <small className={menu.detail}>{choice.detail}</small>}
                </span>
                {isSelected && (
                  <Check size={15} strokeWidth={2} className={menu.check} aria-hidden />
                )}
              </>
            )}
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  </AriaSelect>
)
