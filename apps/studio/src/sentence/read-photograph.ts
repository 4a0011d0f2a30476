import type { Photograph } from '../project/project.ts'

export const PHOTOGRAPH_TYPES = ['image/jpeg', 'image/png', 'image/webp']

/** Whether a file says that it is a photograph. */
export const isPhotograph = (file: Blob) => PHOTOGRAPH_TYPES.includes(file.type)

/**
 * A photograph with its size as it stands upright.
 * @throws DOMException where the file is no picture that the browser reads
 */
export async function readPhotograph(
  file: File,
): Promise<Pick<Photograph, 'name' | 'file' | 'size'>> {
  const bitmap = await createImageBitmap(file)
  const size = { width: bitmap.width, height: bitmap.height }
  bitmap.close()
  return { name: file.name, file, size }
}
