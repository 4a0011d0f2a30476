import { useEffect } from 'react'
import { useSession, useSessionStore } from '../app/use-session.ts'
import { cameraOf } from '../path/frames.ts'
import { useLibrary } from './use-library.ts'

const size = { width: 264, height: 176 }

/** A world that was opened as a file brings no picture: what is seen of it when it comes is kept as one. */
export function usePictureOfOpened(): void {
  const library = useLibrary()
  const session = useSessionStore()
  const announcement = useSession((state) => state.announcement)
  useEffect(() => {
    if (announcement?.kind !== 'world-shown') return
    const { viewport, world } = session.getState()
    const record = library.store.getState().records.find(({ id }) => id === world?.id)
    if (!viewport || !record || record.project || record.thumbnail) return
    const keep = async () => {
      for await (const bitmap of viewport.pictures([cameraOf(viewport.view, size)], size)) {
        const canvas = new OffscreenCanvas(size.width, size.height)
        canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
        bitmap.close()
        const thumbnail = await canvas.convertToBlob({ type: 'image/webp', quality: 0.86 })
        // while it waited for its turn another may have come
        if (session.getState().world?.id !== record.id) return
        await library.update(record.id, { thumbnail })
      }
    }
    // the history does without, where the view goes meanwhile
    keep().catch(() => undefined)
  }, [announcement, library, session])
}
