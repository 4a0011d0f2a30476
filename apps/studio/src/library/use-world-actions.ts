import { useMemo } from 'react'
import { useSessionStore } from '../app/use-session.ts'
import { useGenerateAgain } from '../generation/use-generate.ts'
import { failureOf } from '../generation/failure.ts'
import { useProjectStore } from '../project/use-project.ts'
import { useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { extendProject } from './extend.ts'
import type { WorldRecord } from './record.ts'
import { showWorld } from './show-world.ts'
import { useLibrary } from './use-library.ts'
import { viewOfCamera } from '../path/frames.ts'

/** What can be done with a world of the history. */
export interface WorldActions {
  /** Puts it into the view; says why not. @returns whether it is there */
  show(record: WorldRecord): Promise<boolean>
  /** Its sentence, photograph and path become the project's. */
  use(record: WorldRecord): void
  /** A new path starts at one of its cameras, counted from 0. */
  extend(record: WorldRecord, frame: number): Promise<void>
  /** The same once more, with another seed. */
  regenerate(record: WorldRecord): void
  remove(record: WorldRecord): Promise<void>
}

export function useWorldActions(): WorldActions {
  const library = useLibrary()
  const session = useSessionStore()
  const project = useProjectStore()
  const again = useGenerateAgain()
  const toasts = useToasts()
  const { library: words } = useWords()

  return useMemo(() => {
    const show = async (record: WorldRecord) => {
      try {
        await showWorld(record.id, { library, session })
        return true
      } catch (error) {
        const { code, message } = failureOf(error)
        const isGone = code === 'world/expired'
        toasts.show({
          kind: 'error',
          words: isGone ? words.expired : words.failed(message),
          ...(isGone &&
            record.project && {
              action: { label: words.makeAgain, onAction: () => again(record.id) },
            }),
        })
        return false
      }
    }
    return {
      show,
      use(record) {
        const { project: used } = record
        if (!used) return
        project.edit((now) => ({ ...used, name: now.name || used.name }))
        session.setState({ stage: 'plan', selection: null, playhead: null })
        toasts.show({ kind: 'done', words: words.used })
      },
      async extend(record, frame) {
        const { project: base, cameras } = record
        const camera = cameras[frame]
        if (!base || !camera || !(await show(record))) return
        const { viewport } = session.getState()
        if (!viewport) return
        const size = { width: base.scene.width, height: base.scene.height }
        const name = `frame-${frame + 1}.png`
        for await (const picture of viewport.pictures([camera], size)) {
          const seen = { name, file: await pngOf(picture), size }
          project.edit((now) => ({ ...extendProject(base, camera, seen), name: now.name }))
        }
        viewport.lookFrom(viewOfCamera(camera))
        session.setState({ stage: 'plan', selection: null, playhead: null })
        toasts.show({ kind: 'done', words: words.extended })
      },
      regenerate: (record) => again(record.id, null),
      async remove(record) {
        if (session.getState().world?.id === record.id) session.setState({ world: null })
        await library.remove(record.id).catch((error: unknown) => {
          toasts.show({ kind: 'error', words: failureOf(error).message })
        })
      },
    }
  }, [library, session, project, again, toasts, words])
}

/** A picture as a file; the picture is closed. */
async function pngOf(picture: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')!.drawImage(picture, 0, 0)
  picture.close()
  return canvas.convertToBlob({ type: 'image/png' })
}
