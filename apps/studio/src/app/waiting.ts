import type { ProjectStore } from '../project/store.ts'
import type { Session, SessionStore } from './session.ts'

/** What changes when a person turns to something else; flying about is no such thing. */
const turns: readonly (keyof Session)[] = [
  'place',
  'stage',
  'mode',
  'tool',
  'selection',
  'draft',
  'part',
  'playhead',
  'isPlaying',
  'dialog',
]

/** Ends the session's waiting for worlds as soon as its person does something else. @returns stops that */
export function followWaiting({
  project,
  session,
}: {
  readonly project: ProjectStore
  readonly session: SessionStore
}): () => void {
  const end = () => {
    if (session.getState().isWaiting) session.setState({ isWaiting: false })
  }
  const stops = [
    project.history.subscribe(({ present }, before) => {
      if (present !== before.present) end()
    }),
    session.subscribe((now, before) => {
      // what begins the waiting may go to the plan
      const isBegun = now.isWaiting && before.isWaiting
      if (isBegun && turns.some((part) => now[part] !== before[part])) end()
    }),
  ]
  return () => stops.forEach((stop) => stop())
}
