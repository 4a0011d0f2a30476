import { useEffect, useState } from 'react'
import { useWorkshopState } from '../../workshop/use-workshop.ts'
import { useSession } from '../../app/use-session.ts'
import type { Project } from '../../project/project.ts'
import { useProject, useProjectStore } from '../../project/use-project.ts'
import type { PreflightContext, Warning, WarningCode } from '../preflight/index.ts'
import { preflight } from '../preflight/index.ts'

/** Milliseconds after the last change before the path is looked at: a drag is not held up by it. */
const AFTER = 200

/** What there is to know before a world is made; kept up to date a moment after each change. */
export function usePreflight() {
  const project = useProject()
  const store = useProjectStore()
  const { models } = useWorkshopState()
  const viewport = useSession((session) => session.viewport)
  // a world that was shown meanwhile is known to be solid
  const world = useSession((session) => session.world)
  const [warnings, setWarnings] = useState<readonly Warning[]>([])
  const model = models[0] ?? null

  useEffect(() => {
    const timer = setTimeout(() => {
      const depthAt = viewport && world ? viewport.depthAt.bind(viewport) : null
      setWarnings(preflight(project, { model, depthAt }))
    }, AFTER)
    return () => clearTimeout(timer)
  }, [project, model, viewport, world])

  /** The project as it is now, without what a warning tells; null where nothing is known that helps. */
  const mend = (code: WarningCode): Project | null => {
    const depthAt = viewport && world ? viewport.depthAt.bind(viewport) : null
    const context: PreflightContext = { model, depthAt }
    const now = store.history.getState().present
    const found = preflight(now, context).find(({ finding }) => finding.code === code)
    return found ? found.mend() : now
  }
  return { warnings, mend }
}
