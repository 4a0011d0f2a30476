let started = 0

/** What an edit belongs to: all edits of one drag are one step of undo. */
export interface EditOptions {
  readonly gesture?: string
}

/** A name for a drag that now begins, unlike those of all others. */
export const nextGesture = (): string => `gesture-${++started}`
