import type { ImageSize } from '@flashworld/camera'
import type { Photograph } from '../project/project.ts'
import { planPhotograph } from './request.ts'

/** The photograph as a file whose middle is the part that the model is to see. */
export async function photographFile(photograph: Photograph, output: ImageSize): Promise<Blob> {
  const plan = planPhotograph(photograph, output)
  if (plan.kind === 'file') return photograph.file
  const canvas = await drawPhotograph(photograph, plan.size)
  return canvas.convertToBlob({ type: 'image/png' })
}

/** The part of a photograph that the model sees, drawn at a size. */
export async function drawPhotograph(
  { file, crop: { left, top, width, height } }: Pick<Photograph, 'file' | 'crop'>,
  size: ImageSize,
): Promise<OffscreenCanvas> {
  using picture = closing(await createImageBitmap(file))
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  const { width: w, height: h } = picture.bitmap
  const part = [left * w, top * h, width * w, height * h] as const
  context.drawImage(picture.bitmap, ...part, 0, 0, size.width, size.height)
  return canvas
}

const closing = (bitmap: ImageBitmap) => ({
  bitmap,
  [Symbol.dispose]: () => bitmap.close(),
})
