import type { Vec3 } from '@flashworld/math'
import { nextGesture } from '../ui/gesture.ts'
import type { Move, MoveKind, MoveStart } from './moves.ts'
import { addMove, usualMove } from './moves.ts'
import type { Path } from './path.ts'

/** A move that is being tried: its sliders change one and the same move until it is kept. */
export interface MoveDraft {
  /** The path as it was before. */
  readonly base: Path
  readonly from: MoveStart
  readonly move: Move
  /** The path with the move. */
  readonly made: Path
  /** All changes of a draft are one step of undo. */
  readonly gesture: string
}

const draftOf = (base: Path, from: MoveStart, move: Move, gesture: string): MoveDraft => ({
  base,
  from,
  move,
  made: addMove(base, move, from),
  gesture,
})

export const startDraft = (base: Path, from: MoveStart, kind: MoveKind): MoveDraft =>
  draftOf(base, from, usualMove(kind), nextGesture())

/** Whether the path is still what the draft made of it: whatever else changes it keeps the move. */
export const isOpen = (draft: MoveDraft | null, path: Path): draft is MoveDraft =>
  draft !== null && draft.made === path

export const withMove = ({ base, from, gesture }: MoveDraft, move: Move): MoveDraft =>
  draftOf(base, from, move, gesture)

export const withStart = ({ base, move, gesture }: MoveDraft, from: MoveStart): MoveDraft =>
  draftOf(base, from, move, gesture)

export const withSubject = (draft: MoveDraft, subject: Vec3 | null): MoveDraft =>
  withMove(draft, { ...draft.move, subject })

/** Where a new draft begins: at the first key on a path that is no more than that, or that nobody has drawn yet. */
export const startFor = (path: Path, isUntouched: boolean): MoveStart =>
  path.keys.length < 2 || isUntouched ? 'first' : 'end'
