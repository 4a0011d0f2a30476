import type { RefObject } from 'react'
import { useEffect } from 'react'
import { isBusy, isText } from './attention.ts'

const flies = /^Key[WASDQE]$/

/**
 * Who has clicked a button and flies on means the view, and it takes the focus. Whoever goes by the keyboard keeps his place:
 * the focus that one sees is not taken away.
 */
export function useFlyOn(view: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { target, code, ctrlKey, metaKey, repeat } = event
      const host = view.current
      if (!host || target === host || !flies.test(code) || ctrlKey || metaKey || repeat) return
      if (isText(target) || isBusy() || (target as Element).matches(':focus-visible')) return
      host.focus({ preventScroll: true })
      host.dispatchEvent(new KeyboardEvent('keydown', event))
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [view])
}
