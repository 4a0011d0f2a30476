import { useEffect, useRef, useState } from 'react'
import { useSession } from '../../app/use-session.ts'
import { useProject } from '../../project/use-project.ts'
import { cameraOf, viewAtFrame } from '../frames.ts'
import styles from './timeline.module.css'

/** Pixels of a picture along its shorter side: it is shown at half of that. */
const SIDE = 120
/** The height of the strip, pixels, about. */
const HEIGHT = 64
/** Milliseconds after the last change before pictures are made anew. */
const AFTER = 220

/** What the path's frames see, as many as fit beside each other. */
export const FrameStrip = ({ width }: { readonly width: number }) => {
  const path = useProject((project) => project.path)
  const photograph = useProject((project) => project.photograph)
  const { frames, width: across, height } = useProject((project) => project.scene)
  const viewport = useSession((session) => session.viewport)
  const world = useSession((session) => session.world)
  const splats = useSession((session) => session.readout?.splats)
  const isPlaying = useSession((session) => session.isPlaying)
  const strip = useRef<HTMLDivElement>(null)
  const [isPainted, setPainted] = useState(false)
  const fitting = Math.round(width / ((HEIGHT * across) / height))
  const count = Math.min(Math.max(fitting, 3), frames, 24)

  useEffect(() => {
    if (!viewport || width === 0 || isPlaying) return
    let gone = false
    const paint = async () => {
      const scale = SIDE / Math.min(across, height)
      const size = { width: Math.round(across * scale), height: Math.round(height * scale) }
      const cameras = Array.from({ length: count }, (_, i) => {
        const frame = count === 1 ? 0 : (i * (frames - 1)) / (count - 1)
        return cameraOf(viewAtFrame(path, frame, frames)!, size)
      })
      let i = 0
      for await (const picture of viewport.pictures(cameras, size)) {
        const canvas = strip.current?.children[i++]
        if (!gone && canvas instanceof HTMLCanvasElement) {
          Object.assign(canvas, size)
          canvas.getContext('2d')!.drawImage(picture, 0, 0)
        }
        picture.close()
        if (gone) return
      }
      setPainted(true)
    }
    const timer = setTimeout(() => void paint().catch(() => undefined), AFTER)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [viewport, path, photograph, world, splats, frames, across, height, width, count, isPlaying])

  return (
    <div ref={strip} className={styles.strip} data-painted={isPainted} aria-hidden>
      {Array.from({ length: count }, (_, i) => (
        <canvas key={i} className={styles.picture} />
      ))}
    </div>
  )
}
