import { FLY_CODES } from './fly.ts'

export interface Keyboard {
  /** Codes of keys that fly and are held, Shift and Alt among them. */
  readonly held: ReadonlySet<string>
  destroy(): void
}

const modifiers = new Set(['ShiftLeft', 'ShiftRight', 'AltLeft', 'AltRight'])

/**
 * Hears the keys while the element has the focus, and only then: who types somewhere else flies nowhere.
 * @param onPress any other key; true: it was meant for the view
 */
export function hearKeys(
  element: HTMLElement,
  events: {
    onFly(): void
    onPress(event: KeyboardEvent): boolean
    onRelease(code: string): void
  },
): Keyboard {
  const held = new Set<string>()
  const stop = new AbortController()
  const { signal } = stop
  const down = (event: KeyboardEvent) => {
    if (event.target !== element || event.ctrlKey || event.metaKey) return
    if (modifiers.has(event.code)) held.add(event.code)
    else if (FLY_CODES.has(event.code)) {
      held.add(event.code)
      event.preventDefault()
    } else if (events.onPress(event)) event.preventDefault()
    events.onFly()
  }
  const release = (code: string) => {
    held.delete(code)
    events.onRelease(code)
  }
  element.addEventListener('keydown', down, { signal })
  element.addEventListener('keyup', ({ code }) => release(code), { signal })
  // what is released elsewhere is never heard of
  element.addEventListener('blur', () => [...held, 'Space'].forEach(release), { signal })
  return { held, destroy: () => stop.abort() }
}
