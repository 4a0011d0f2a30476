import { useMemo } from 'react'
import { aimAt, aimOf, aimPart } from '../path/aim.ts'
import { isOpen, withSubject } from '../path/draft.ts'
import { insertKey } from '../path/edits.ts'
import { drawStroke } from '../path/stroke.ts'
import { useProjectStore } from '../project/use-project.ts'
import { nextGesture } from '../ui/index.ts'
import type { ViewEvents } from '../viewport/viewport.ts'
import { useSessionStore } from './use-session.ts'

/** What happens in the view, as edits of the project and changes of the session. */
export function useViewEvents(): ViewEvents {
  const project = useProjectStore()
  const session = useSessionStore()
  return useMemo(() => {
    let gesture: string | undefined
    const options = () => (gesture === undefined ? {} : { gesture })
    return {
      onSelect: (selection) => session.setState({ selection }),
      onGesture: (phase) => {
        if (phase === 'start') gesture = nextGesture()
        else {
          gesture = undefined
          project.endGesture(phase === 'cancel' ? 'cancel' : 'keep')
        }
      },
      onPath: (path) => project.edit((now) => ({ ...now, path }), options()),
      onRecord: (key) =>
        project.edit((now) => ({ ...now, path: insertKey(now.path, key) }), options()),
      onStroke: (points) =>
        project.edit((now) => {
          const path = drawStroke(now.path, points, 'end')
          return path === now.path ? now : { ...now, path }
        }),
      onPick: (point) => {
        const { draft, part, pickFor } = session.getState()
        const { path: now } = project.history.getState().present
        if (pickFor === 'subject' && isOpen(draft, now)) {
          const next = withSubject(draft, point)
          session.setState({ draft: next })
          project.edit((all) => ({ ...all, path: next.made }), { gesture: next.gesture })
        } else {
          project.edit((all) => {
            const first = all.path.keys[part?.from ?? 0]
            const aim = first ? aimOf(all.path, first) : all.path.aim
            const path = aimPart(all.path, part, aimAt(aim, point))
            return path === all.path ? all : { ...all, path }
          })
        }
        session.setState({ tool: 'move', pickFor: 'aim' })
      },
      onReadout: (readout) => session.setState({ readout }),
      onAnnounce: (announcement) => session.setState({ announcement }),
      onLeaveFrame: () => session.setState({ playhead: null, isPlaying: false }),
      // the page shows that the view is gone; the cause is for whoever looks for it
      onError: (error) => console.error(error),
    }
  }, [project, session])
}
