import type { Tool } from '../viewport/viewport.ts'

/** What keys do everywhere on the page; a tool's name takes the tool. */
export type Command =
  'undo' | 'redo' | 'save' | 'generate' | 'help' | 'leave' | 'play' | 'remove' | Tool

interface Keys {
  readonly key: string
  /** Ctrl, or Cmd on a Mac. */
  readonly control?: boolean
  readonly shift?: boolean
}

const table: Readonly<Record<Command, readonly Keys[]>> = {
  undo: [{ key: 'z', control: true }],
  redo: [
    { key: 'z', control: true, shift: true },
    { key: 'y', control: true },
  ],
  save: [{ key: 's', control: true }],
  generate: [{ key: 'Enter', control: true }],
  help: [{ key: '?' }],
  leave: [{ key: 'Escape' }],
  play: [{ key: 'p' }],
  remove: [{ key: 'Delete' }],
  move: [{ key: '1' }],
  turn: [{ key: '2' }],
  scale: [{ key: '3' }],
  draw: [{ key: '4' }],
  pick: [{ key: '5' }],
}

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * The command that keys mean, if any. While one types, the text's own keys are the text's: undoing letters, `?`.
 * @param isTyping whether the keys go to a field of text
 */
export function commandOf(pressed: Pressed, isTyping: boolean): Command | undefined {
  if (pressed.altKey) return undefined
  const control = pressed.ctrlKey || pressed.metaKey
  const found = (Object.keys(table) as Command[]).find((command) =>
    table[command].some(
      (keys) =>
        keys.key.toLowerCase() === pressed.key.toLowerCase() &&
        (keys.control ?? false) === control &&
        // a `?` needs Shift on many keyboards, none on others
        (keys.key === '?' || (keys.shift ?? false) === pressed.shiftKey),
    ),
  )
  if (isTyping && found !== 'save' && found !== 'generate') return undefined
  return found
}

/** As it stands in menus and tips, such as `Ctrl+Z` or `⌘Z`. */
export function shortcutText(command: Command, isMac = onMac()): string {
  const [keys] = table[command]
  const name = { Enter: isMac ? '↵' : 'Enter', Escape: 'Esc' }[keys!.key] ?? keys!.key.toUpperCase()
  const shift = keys!.shift ? (isMac ? '⇧' : 'Shift+') : ''
  const control = keys!.control ? (isMac ? '⌘' : 'Ctrl+') : ''
  return `${shift}${control}${name}`
}

const onMac = () => typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
