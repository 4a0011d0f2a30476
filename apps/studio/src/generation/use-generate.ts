import { useSessionStore } from '../app/use-session.ts'
import { useLibrary } from '../library/use-library.ts'
import { framesOf } from '../path/frames.ts'
import type { Project } from '../project/project.ts'
import { useProjectStore } from '../project/use-project.ts'
import { useGenerator } from './use-generator.ts'

/** Why a project cannot be generated yet; null when it can. */
export function missingOf({ sentence, photograph, path }: Project): 'what' | 'path' | null {
  if (sentence.trim() === '' && !photograph) return 'what'
  return path.keys.length < 2 ? 'path' : null
}

/** Asks for the project's worlds, unless something is missing. */
export function useGenerate(): () => void {
  const generator = useGenerator()
  const store = useProjectStore()
  const session = useSessionStore()
  return () => {
    const project = store.history.getState().present
    if (missingOf(project) !== null) return
    const { frames, ...size } = project.scene
    session.setState({ stage: 'plan', isWaiting: true })
    void generator.generate({ project, cameras: framesOf(project.path, frames, size) })
  }
}

/** Asks again for what was not made, or was made before, with other seeds if so wished. */
export function useGenerateAgain(): (id: string, seed?: number | null) => void {
  const generator = useGenerator()
  const library = useLibrary()
  const session = useSessionStore()
  return (id, seed) => {
    const record = library.store.getState().records.find((found) => found.id === id)
    if (!record?.project) return
    const { project, cameras } = record
    const scene = { ...project.scene, worlds: 1, seed: seed === undefined ? record.seed : seed }
    session.setState({ isWaiting: true })
    void generator.dismiss(id)
    void generator.generate({ project: { ...project, scene }, cameras })
  }
}
