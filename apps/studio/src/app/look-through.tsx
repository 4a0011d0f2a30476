import { millimetresOfFov } from '@flashworld/camera'
import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { curveOf } from '../path/curve.ts'
import { indexOfKey } from '../path/edits.ts'
import { cameraOf } from '../path/frames.ts'
import { useProject } from '../project/use-project.ts'
import { IconButton, numberText } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './look-through.module.css'
import { useMedia } from './use-preferences.ts'
import { useSession, useSetSession } from './use-session.ts'

/** The longer side of the picture, in its own pixels. */
const SIDE = 432
/** Milliseconds that a change waits for the next one. */
const AFTER = 60

/** What the selected key sees: exactly the picture that the model will make. */
export const LookThrough = () => {
  const { app, path: pathWords } = useWords()
  const isSmall = useMedia('(max-width: 900px)')
  const set = useSetSession()
  const path = useProject((project) => project.path)
  const scene = useProject((project) => project.scene)
  const photograph = useProject((project) => project.photograph)
  const viewport = useSession((session) => session.viewport)
  const world = useSession((session) => session.world)
  const splats = useSession((session) => session.readout?.splats)
  const selection = useSession((session) => session.selection)
  const isLookedThrough = useSession(({ playhead }) => playhead !== null)
  const isPlanned = useSession(({ stage }) => stage === 'plan')
  const canvas = useRef<HTMLCanvasElement>(null)
  const index = selection?.kind === 'key' ? indexOfKey(path, selection.id) : -1
  const isShown = index >= 0 && isPlanned && !isLookedThrough

  useEffect(() => {
    if (!isShown || !viewport) return
    let gone = false
    const paint = async () => {
      const scale = SIDE / Math.max(scene.width, scene.height)
      const size = {
        width: Math.round(scene.width * scale),
        height: Math.round(scene.height * scale),
      }
      const camera = cameraOf(curveOf(path).at(index), size)
      for await (const bitmap of viewport.pictures([camera], size)) {
        if (!gone && canvas.current) {
          Object.assign(canvas.current, size)
          canvas.current.getContext('2d')!.drawImage(bitmap, 0, 0)
        }
        bitmap.close()
      }
    }
    const timer = setTimeout(() => void paint(), AFTER)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [isShown, viewport, path, index, scene.width, scene.height, photograph, world, splats])

  if (!isShown) return null
  const title = app.lookThrough.title(index + 1)
  return (
    <figure className={styles.figure} aria-label={title}>
      <canvas
        ref={canvas}
        className={styles.picture}
        role="img"
        aria-label={title}
        style={{ aspectRatio: `${scene.width} / ${scene.height}` }}
      />
      <figcaption className={styles.caption}>
        <span className={styles.title}>{isSmall ? pathWords.key.title(index + 1) : title}</span>
        <span>
          {app.lookThrough.lens(numberText(millimetresOfFov(path.keys[index]!.fovDegrees), 0))}
        </span>
        <IconButton
          icon={X}
          label={app.lookThrough.close}
          size="small"
          glass
          onPress={() => set({ selection: null })}
        />
      </figcaption>
    </figure>
  )
}
