import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { createContext, useContext, useEffect } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { useWords } from '../words/use-words.ts'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import { LinkButton } from './link-button.tsx'
import styles from './toast.module.css'

export interface ToastMessage {
  readonly kind: 'note' | 'done' | 'error'
  readonly words: string
  readonly action?: { readonly label: string; readonly onAction: () => void }
  /** Until it is closed, as errors do. */
  readonly stays?: boolean
}

interface Shown extends ToastMessage {
  readonly id: number
}

/** Words that pass: errors stay until they are closed. */
export interface Toasts {
  show(message: ToastMessage): void
}

const SECONDS = 6
const MOST = 3

export const createToasts = () => {
  const store = createStore<readonly Shown[]>(() => [])
  let last = 0
  const close = (id: number) =>
    store.setState((shown) => shown.filter((toast) => toast.id !== id), true)
  const show = (message: ToastMessage) => {
    const others = store.getState().filter(({ words }) => words !== message.words)
    store.setState([...others, { ...message, id: ++last }].slice(-MOST), true)
  }
  return { store, show, close }
}

export type ToastQueue = ReturnType<typeof createToasts>

export const ToastContext = createContext<ToastQueue | null>(null)

export const useToasts = (): Toasts => useToastQueue()

const useToastQueue = (): ToastQueue => {
  const queue = useContext(ToastContext)
  if (!queue) throw new Error('expected toasts around this component, got none')
  return queue
}

const icons = { note: Info, done: CircleCheck, error: CircleAlert } as const

/** Where they appear; one for the page. */
export const ToastRegion = () => {
  const queue = useToastQueue()
  const shown = useStore(queue.store)
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onClose={() => queue.close(toast.id)} />
      ))}
    </div>
  )
}

const ToastCard = ({ toast, onClose }: { readonly toast: Shown; readonly onClose: () => void }) => {
  const { ui } = useWords()
  const { kind, words, action, id, stays = kind === 'error' } = toast
  const queue = useToastQueue()
  useEffect(() => {
    if (stays) return
    const timer = setTimeout(() => queue.close(id), SECONDS * 1000)
    return () => clearTimeout(timer)
  }, [stays, id, queue])
  const Icon = icons[kind]
  return (
    <div className={classNames(styles.toast, styles[kind])}>
      <Icon size={16} strokeWidth={1.75} className={styles.icon} aria-hidden />
      <span className={styles.words}>{words}</span>
      {action && (
        <LinkButton
          onPress={() => {
            onClose()
            action.onAction()
          }}
        >
          {action.label}
        </LinkButton>
      )}
      <IconButton icon={X} label={ui.close} size="small" onPress={onClose} />
    </div>
  )
}
