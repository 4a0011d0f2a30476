import { useEffect } from 'react'
import { useSession, useSessionStore } from '../../app/use-session.ts'
import { useProject } from '../../project/use-project.ts'
import type { Playing } from '../player.ts'
import { playOn, shownFrame } from '../player.ts'

/** Seconds after which a tab that slept goes on, rather than jumps. */
const LONGEST_STEP = 0.25

/** Plays the path while the session says so: frame by frame as the model has them, or all that is between. */
export function usePlayer(isStepped: boolean): void {
  const session = useSessionStore()
  const isPlaying = useSession((now) => now.isPlaying)
  const frames = useProject(({ scene }) => scene.frames)
  const loop = useProject(({ path }) => path.loop)

  useEffect(() => {
    if (!isPlaying) return
    const { playhead } = session.getState()
    const isAtEnd = playhead === null || playhead >= frames - 1
    let playing: Playing = { frame: isAtEnd ? 0 : playhead, direction: 1 }
    let last: number | undefined
    let request = requestAnimationFrame(function step(now) {
      const seconds = Math.min((now - (last ?? now)) / 1000, LONGEST_STEP)
      last = now
      const next = playOn(playing, seconds, { frames, loop })
      if (!next) {
        session.setState({ isPlaying: false, mode: 'edit', playhead: frames - 1 })
        return
      }
      playing = next
      session.setState({ playhead: shownFrame(playing.frame, frames, isStepped) })
      request = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(request)
  }, [isPlaying, frames, loop, isStepped, session])
}
