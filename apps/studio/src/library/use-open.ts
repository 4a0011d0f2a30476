import { useMemo } from 'react'
import type { WorkshopState } from '../workshop/workshop-state.ts'
import { useWorkshopState } from '../workshop/use-workshop.ts'
import { useSessionStore } from '../app/use-session.ts'
import { failureOf } from '../generation/failure.ts'
import type { Project } from '../project/project.ts'
import { useProjectStore } from '../project/use-project.ts'
import { readPhotograph } from '../sentence/read-photograph.ts'
import { takePhotograph } from '../sentence/scene-edits.ts'
import { useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import type { Example } from './examples.ts'
import type { RequestReading } from './project-of-request.ts'
import type { DroppedFile } from './recognise.ts'
import { recordOfFile } from './record.ts'
import { showWorld } from './show-world.ts'
import { useLibrary } from './use-library.ts'

/** Opens whatever is dropped or chosen, by what it holds; says what it was, or why it cannot be opened. */
export function useOpenFiles(): (dropped: readonly DroppedFile[]) => Promise<void> {
  const library = useLibrary()
  const server = useWorkshopState()
  const session = useSessionStore()
  const project = useProjectStore()
  const toasts = useToasts()
  const { library: words } = useWords()

  return async (dropped) => {
    if (dropped.length === 0) return
    const name = dropped[0]?.path.split('/')[0] ?? ''
    const openProject = (opened: Project, said: string) => {
      project.edit(() => opened)
      enterPlan(session)
      toasts.show({ kind: 'done', words: said })
    }
    try {
      const { recognise } = await import('./recognise.ts')
      const found = await recognise(dropped)
      switch (found.kind) {
        case 'photograph':
          project.edit(takePhotograph(await readPhotograph(found.file)))
          session.setState({ place: 'studio' })
          return
        case 'splats': {
          const id = await library.open(found.file)
          session.setState({ place: 'studio' })
          await showWorld(id, { library, session })
          toasts.show({ kind: 'done', words: words.openedWorld(found.file.name) })
          return
        }
        case 'path': {
          const { pathOfTrajectory } = await import('../path/files/import-path.ts')
          const { scene } = project.history.getState().present
          const { path } = pathOfTrajectory(found.trajectory, scene)
          project.edit((now) => ({ ...now, path }))
          enterPlan(session)
          const said = words.openedPath(found.name, found.trajectory.kind)
          toasts.show({ kind: 'done', words: [said, ...found.trajectory.notes].join('. ') })
          return
        }
        case 'request':
        case 'record': {
          const { projectOfRequest } = await import('./project-of-request.ts')
          const base = project.history.getState().present
          const value =
            found.kind === 'record' ? await requestOfRecordJson(found.value) : found.value
          const opened = await projectOfRequest(value, { base, ...readingOf(server) })
          openProject(opened, words.openedRequest(found.name))
          return
        }
        case 'project': {
          const { readProject } = await import('../project/project-file.ts')
          openProject(readProject(found.value), words.openedProject(found.name))
        }
      }
    } catch (error) {
      const { message } = failureOf(error)
      toasts.show({ kind: 'error', words: words.unreadable(name, message) })
    }
  }
}

/** Opens an example: its world, where it has one, and its sentence, photograph and path. */
export function useOpenExample(): (example: Example) => Promise<void> {
  const library = useLibrary()
  const server = useWorkshopState()
  const session = useSessionStore()
  const project = useProjectStore()
  const toasts = useToasts()
  const { library: words } = useWords()
  return useMemo(
    () => async (example) => {
      try {
        const request: unknown = await (await answered(example.request)).json()
        const { projectOfRequest } = await import('./project-of-request.ts')
        const base = project.history.getState().present
        const opened = await projectOfRequest(request, { base, ...readingOf(server) })
        project.edit(() => opened)
        enterPlan(session)
        if (example.world === undefined) return
        const { framesOf } = await import('../path/frames.ts')
        const { frames, ...size } = opened.scene
        // the same example is the same world
        const id = `example:${example.world}`
        const picture = await (await answered(example.picture)).blob()
        await library.put({
          ...recordOfFile({ id, name: 'scene.spz' }, Date.now()),
          name: '',
          project: opened,
          cameras: framesOf(opened.path, frames, size),
          thumbnail: picture,
        })
        await library.keepFile(id, await (await answered(example.world)).blob())
        await showWorld(id, { library, session })
      } catch (error) {
        const { message } = failureOf(error)
        toasts.show({ kind: 'error', words: words.unreadable(example.text, message) })
      }
    },
    [library, server, session, project, toasts, words],
  )
}

const enterPlan = (session: ReturnType<typeof useSessionStore>) =>
  session.setState({
    place: 'studio',
    stage: 'plan',
    mode: 'edit',
    selection: null,
    playhead: null,
    isPlaying: false,
  })

/** @throws Error where the server refuses */
async function answered(url: string): Promise<Response> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  return answer
}

/** What a request that leaves something open is read by. */
const readingOf = ({ models: [model] }: WorkshopState): Omit<RequestReading, 'base'> => ({
  defaults: { path: model?.path ?? 'orbit-left', lookDown: model?.lookDown ?? 0 },
  sizeOf: async (file) => (await readPhotograph(new File([file], 'photograph'))).size,
})

async function requestOfRecordJson(value: unknown): Promise<unknown> {
  const { readSceneRecord, requestOfRecord } = await import('flashworld')
  return requestOfRecord(readSceneRecord(JSON.stringify(value), 'record'))
}
