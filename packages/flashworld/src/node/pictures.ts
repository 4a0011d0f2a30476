import type { Picture } from '../events.ts'
import { loadSharp } from './load-sharp.ts'

const raw = ({ width, height }: Picture) => ({ raw: { width, height, channels: 4 as const } })

/**
 * A picture as PNG.
 * @example
 * ```ts
 * import { encodePng, saveFile } from 'flashworld/node'
 *
 * const white = { width: 8, height: 8, rgba: new Uint8ClampedArray(8 * 8 * 4).fill(255) }
 * await saveFile('white.png', await encodePng(white))
 * ```
 */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const sharp = await loadSharp()
  return new Uint8Array(await sharp(picture.rgba, raw(picture)).png().toBuffer())
}

/**
 * A picture as lossy WebP.
 * @example
 * ```ts
 * import { encodeWebp, saveFile } from 'flashworld/node'
 *
 * const white = { width: 8, height: 8, rgba: new Uint8ClampedArray(8 * 8 * 4).fill(255) }
 * await saveFile('white.webp', await encodeWebp(white))
 * ```
 */
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

/**
 * Pictures of one size side by side in rows, as PNG.
 * @example
 * ```ts
 * import { renderViews } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { encodeContactSheet, openEngine, readScene, saveFile } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('orbit-left', { count: 4, size })
 * const pictures = await renderViews(engine, gaussians, cameras, size)
 * await saveFile('sheet.png', await encodeContactSheet(pictures, 2))
 * ```
 */
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
