import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { useEffect, useRef } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useWords } from '../words/use-words.ts'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import styles from './dialog.module.css'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** 420, 560 or 880 pixels where there is room; a phone gives it all. */
  readonly width?: 'small' | 'medium' | 'large'
  /** Its buttons, at the end. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Asks for all attention; Esc, its cross and a click beside it close it. */
export const Dialog = ({
  title,
  isOpen,
  onClose,
  width = 'small',
  actions,
  children,
}: DialogProps) => {
  const { ui } = useWords()
  const dialog = useRef<HTMLElement>(null)
  useEscapeWithoutFocus(dialog, isOpen, onClose)
  return (
    <ModalOverlay
      className={styles.overlay}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Modal className={classNames(styles.modal, styles[width])}>
        <AriaDialog ref={dialog} className={styles.dialog}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title}>
              {title}
            </Heading>
            <IconButton icon={X} label={ui.close} onPress={onClose} />
          </header>
          <div className={styles.body}>{children}</div>
          {actions && <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** A button that goes, or is disabled, while it has the focus leaves it to nobody: the uppermost dialog hears Esc all the same. */
function useEscapeWithoutFocus(
  dialog: RefObject<HTMLElement | null>,
  isOpen: boolean,
  onClose: () => void,
) {
  useEffect(() => {
    if (!isOpen) return
    const hear = ({ key, target }: KeyboardEvent) => {
      const uppermost = [...document.querySelectorAll('[role=dialog]')].at(-1)
      if (key === 'Escape' && target === document.body && dialog.current === uppermost) onClose()
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [dialog, isOpen, onClose])
}
