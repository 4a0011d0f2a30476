import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { classNames } from './class-names.ts'
import styles from './tile.module.css'

export interface TileProps {
  readonly icon: LucideIcon
  readonly label: string
  readonly isSelected?: boolean
  readonly isDisabled?: boolean
  readonly onPress: () => void
}

/** A choice with a picture, such as a path's template; they stand in `Tiles`. */
export const Tile = ({ icon: Icon, label, isSelected = false, isDisabled, onPress }: TileProps) => (
  <AriaButton
    className={classNames(styles.tile, isSelected && styles.selected)}
    aria-pressed={isSelected}
    isDisabled={isDisabled}
    onPress={onPress}
  >
    <Icon size={17} strokeWidth={1.75} aria-hidden />
    <span className={styles.label}>{label}</span>
  </AriaButton>
)

export const Tiles = ({
  label,
  children,
}: {
  readonly label: string
  readonly children: ReactNode
}) => (
  <div role="group" aria-label={label} className={styles.tiles}>
    {children}
  </div>
)
