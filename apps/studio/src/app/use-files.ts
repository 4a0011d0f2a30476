import { useMemo } from 'react'
import { download } from '../export/download.ts'
import { projectFileName, writeProject } from '../project/project-file.ts'
import type { Project } from '../project/project.ts'
import { emptyProject } from '../project/project.ts'
import { useProjectStore } from '../project/use-project.ts'
import { startSession } from './session.ts'
import { useSessionStore } from './use-session.ts'

/** Beginning and saving what is worked on. */
export function useFiles() {
  const project = useProjectStore()
  const session = useSessionStore()

  return useMemo(() => {
    const show = (opened: Project) => {
      const { viewport, panels } = session.getState()
      project.open(opened)
      session.setState({ ...startSession, place: 'studio', viewport, panels })
    }
    return {
      show,
      startNew: () => {
        show(emptyProject)
        project.begin(emptyProject)
      },
      save: async () => {
        const { present } = project.history.getState()
        download(await writeProject(present), projectFileName(present))
      },
    }
  }, [project, session])
}
