import type { Picture } from '../events.ts'
import { loadSharp } from './load-sharp.ts'

const raw = ({ width, height }: Picture) => ({ raw: { width, height, channels: 4 as const } })

/** A picture as PNG. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const sharp = await loadSharp()
  return new Uint8Array(await sharp(picture.rgba, raw(picture)).png().toBuffer())
}

/** A picture as lossy WebP. */
export async function encodeWebp(picture: Picture): Promise<Uint8Array> {
  const sharp = await loadSharp()
  return new Uint8Array(
    await sharp(picture.rgba, raw(picture))
      .removeAlpha()
      .webp({ quality: 82, effort: 2 })
      .toBuffer(),
  )
}

/** Space between the pictures of a contact sheet, pixels. */
const gutter = 4

/** Pictures of one size side by side in rows, as PNG. */
export async function encodeContactSheet(
  pictures: readonly Picture[],
  columns: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const { width, height } = pictures[0]!
  const rows = Math.ceil(pictures.length / columns)
  const sheet = sharp({
    create: {
      width: columns * (width + gutter) - gutter,
      height: rows * (height + gutter) - gutter,
      channels: 4,
      background: '#ffffff',
    },
  })
  const places = pictures.map((picture, i) => ({
    input: Buffer.from(picture.rgba.buffer, picture.rgba.byteOffset, picture.rgba.byteLength),
    ...raw(picture),
    left: (i % columns) * (width + gutter),
    top: Math.floor(i / columns) * (height + gutter),
  }))
  return new Uint8Array(await sheet.composite(places).png().toBuffer())
}
