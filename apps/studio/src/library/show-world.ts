import type { SessionStore } from '../app/session.ts'
import type { Library } from './library.ts'
import { viewOfCamera } from '../path/frames.ts'

/**
 * Puts a world into the view, seen from its first camera, and goes to it.
 * @throws WorldExpiredError; what the client throws
 */
export async function showWorld(
  id: string,
  { library, session }: { readonly library: Library; readonly session: SessionStore },
): Promise<void> {
  const world = await library.world(id)
  const [first] = library.store.getState().records.find((record) => record.id === id)?.cameras ?? []
  session.setState({
    world,
    stage: 'result',
    playhead: null,
    isPlaying: false,
    mode: 'edit',
    tool: 'move',
  })
  if (!first) return
  const { viewport } = session.getState()
  if (viewport) viewport.lookFrom(viewOfCamera(first))
  else session.setState({ firstView: viewOfCamera(first) })
}
