import type { Camera, ImageSize } from '@flashworld/camera'
import type { Viewport } from '../viewport/viewport.ts'
import { pictureName } from './film-plan.ts'

export interface Drawing {
  readonly viewport: Pick<Viewport, 'pictures'>
  readonly cameras: readonly Camera[]
  readonly size: ImageSize
  readonly signal: AbortSignal
  /** Hears how many pictures are drawn. */
  readonly onDrawn: (count: number) => void
}

/** A canvas with each picture in turn. @throws the signal's reason; what the view throws */
async function* drawn({ viewport, cameras, size, signal, onDrawn }: Drawing) {
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  let count = 0
  for await (const picture of viewport.pictures(cameras, size, 'film')) {
    context.drawImage(picture, 0, 0, size.width, size.height)
    picture.close()
    signal.throwIfAborted()
    yield { canvas, context }
    onDrawn(++count)
  }
}

/** An MP4 along cameras. @throws FlashWorldError `film/size` where the browser has no encoder; the signal's reason */
export async function drawFilm(drawing: Drawing, fps: number): Promise<Blob> {
  const [{ encodeFilm }, { BufferTarget }] = await Promise.all([
    import('flashworld/film'),
    import('mediabunny'),
  ])
  const { size, cameras } = drawing
  const target = new BufferTarget()
  async function* pictures() {
    for await (const { context } of drawn(drawing)) {
      const { data } = context.getImageData(0, 0, size.width, size.height)
      yield { ...size, rgba: data }
    }
  }
  await encodeFilm(pictures(), target, { ...size, fps, count: cameras.length })
  return new Blob([target.buffer!], { type: 'video/mp4' })
}

/** A zip of PNGs, one a camera. @throws the signal's reason */
export async function drawPictures(drawing: Drawing): Promise<Blob> {
  const { Zip, ZipPassThrough } = await import('fflate')
  const parts: Uint8Array<ArrayBuffer>[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    parts.push(part as Uint8Array<ArrayBuffer>)
  })
  let index = 0
  for await (const { canvas } of drawn(drawing)) {
    const png = await canvas.convertToBlob({ type: 'image/png' })
    // PNG is packed already
    const entry = new ZipPassThrough(pictureName(index++))
    zip.add(entry)
    entry.push(new Uint8Array(await png.arrayBuffer()), true)
  }
  zip.end()
  return new Blob(parts, { type: 'application/zip' })
}
