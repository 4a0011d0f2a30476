import { useEffect, useRef, useState } from 'react'
import { useWorkshop } from '../workshop/use-workshop.ts'
import { useSetSession } from '../app/use-session.ts'
import { curveOf } from '../path/curve.ts'
import { placeOfFrame } from '../path/frames.ts'
import { FIRST_VIEW } from '../path/moves.ts'
import type { View } from '../path/path.ts'
import type { Project } from '../project/project.ts'
import { useProjectStore } from '../project/use-project.ts'

export type BlockOutState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'working'; readonly share: number }
  | { readonly kind: 'failed'; readonly message: string }

/** What the frame of the photograph sees. */
const photographedView = ({ path, photograph, scene }: Project): View =>
  path.keys.length === 0
    ? FIRST_VIEW
    : curveOf(path).at(placeOfFrame(photograph!.frame, scene.frames, path.keys.length))

/** Blocks out the photograph, and shows the world that comes of it. */
export function useBlockOut() {
  const workshop = useWorkshop()
  const project = useProjectStore()
  const setSession = useSetSession()
  const [state, setState] = useState<BlockOutState>({ kind: 'ready' })
  const running = useRef<AbortController>(null)
  useEffect(() => () => running.current?.abort(), [])

  const start = async () => {
    const { present: now } = project.history.getState()
    if (!now.photograph) return
    running.current?.abort()
    const { signal } = (running.current = new AbortController())
    setState({ kind: 'working', share: 0 })
    try {
      const { blockOutPhotograph } = await import('./photograph-world.ts')
      const world = await blockOutPhotograph({
        workshop,
        photograph: now.photograph,
        view: photographedView(now),
        size: now.scene,
        signal,
        onProgress: (share) => setState({ kind: 'working', share }),
      })
      setSession({ world })
      setState({ kind: 'ready' })
    } catch (error) {
      if (!signal.aborted) setState({ kind: 'failed', message: (error as Error).message })
    }
  }
  const cancel = () => {
    running.current?.abort()
    setState({ kind: 'ready' })
  }
  return { state, start: () => void start(), cancel }
}
