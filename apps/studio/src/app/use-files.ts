import { useMemo } from 'react'
import {
  isProject,
  PROJECT_ENDING,
  projectFileName,
  readProject,
  writeProject,
} from '../project/project-file.ts'
import type { Project } from '../project/project.ts'
import { emptyProject } from '../project/project.ts'
import { useProjectStore } from '../project/use-project.ts'
import { useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { startSession } from './session.ts'
import { useSessionStore } from './use-session.ts'

/** Opening and saving what is worked on. */
export function useFiles() {
  const project = useProjectStore()
  const session = useSessionStore()
  const toasts = useToasts()
  const { app } = useWords()

  return useMemo(() => {
    const show = (opened: Project) => {
      const { viewport, panels } = session.getState()
      project.open(opened)
      session.setState({ ...startSession, place: 'studio', viewport, panels })
    }
    const open = async (file: File) => {
      try {
        const json: unknown = JSON.parse(await file.text())
        if (!isProject(json)) throw new TypeError('expected a project')
        show(readProject(json))
        toasts.show({ kind: 'done', words: app.opened(file.name) })
      } catch {
        toasts.show({ kind: 'error', words: app.notOpened(file.name) })
      }
    }
    return {
      show,
      open,
      startNew: () => {
        show(emptyProject)
        project.begin(emptyProject)
      },
      save: async () => {
        const { present } = project.history.getState()
        download(await writeProject(present), projectFileName(present))
      },
      choose: () => pickFile(`${PROJECT_ENDING},.json`, (file) => void open(file)),
    }
  }, [project, session, toasts, app])
}

const pickFile = (accept: string, onFile: (file: File) => void) => {
  const input = Object.assign(document.createElement('input'), { type: 'file', accept })
  input.addEventListener('change', () => input.files?.[0] && onFile(input.files[0]))
  input.click()
}

const download = (blob: Blob, name: string) => {
  const url = URL.createObjectURL(blob)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
