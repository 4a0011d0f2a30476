import type { RefObject } from 'react'
import { useEffect } from 'react'
import { isBusy, isText } from './attention.ts'

const flies = /^Key[WASDQE]$/

/**
 * Who has clicked a button and flies on means the view, and it takes the focus. Whoever went on by Tab keeps his place.
 */
export function useFlyOn(view: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const stop = new AbortController()
    let isByTab = false
    const point = () => (isByTab = false)
    const hear = (event: KeyboardEvent) => {
      const { target, code, ctrlKey, metaKey, repeat } = event
      const host = view.current
      if (code === 'Tab') isByTab = true
      if (!host || target === host || !flies.test(code) || ctrlKey || metaKey || repeat) return
      if (isByTab || isText(target) || isBusy()) return
      host.focus({ preventScroll: true })
      host.dispatchEvent(new KeyboardEvent('keydown', event))
    }
    // before whoever keeps them for himself
    const options = { capture: true, signal: stop.signal }
    addEventListener('pointerdown', point, options)
    addEventListener('keydown', hear, options)
    return () => stop.abort()
  }, [view])
}
