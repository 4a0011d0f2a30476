import { crc32 } from 'node:zlib'
import type { DepthMap } from '../render-views.ts'
import { loadSharp } from './load-sharp.ts'

/**
 * A depth map as a 16-bit grey PNG: each value is depth times `scale`, at most 65535; 0 where there is nothing. The
 * file tells the scale in a text chunk named `depth-scale`.
 * @example
 * ```ts
 * import { streamDepths } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { encodeDepthPng, openEngine, readScene, saveFile } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('dolly-forward', { count: 2, size })
 * for await (const map of streamDepths(engine, gaussians, cameras.slice(0, 1), size))
 *   await saveFile('house.depth.png', await encodeDepthPng(map, 1000))
 * ```
 */
export async function encodeDepthPng(
  { width, height, depth }: DepthMap,
  scale: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const values = Uint16Array.from(depth, (value) => Math.min(65_535, Math.round(value * scale)))
  const image = sharp(values, { raw: { width, height, channels: 1 } }).toColourspace('grey16')
  return withText(await image.png().toBuffer(), 'depth-scale', String(scale))
}

/** Where the first chunk ends, the header: eight bytes of signature, 25 of the chunk. */
const headerEnd = 33

function withText(png: Buffer, name: string, value: string): Uint8Array {
  const content = Buffer.from(`tEXt${name}\0${value}`, 'latin1')
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length - 4)
  checksum.writeUInt32BE(crc32(content))
  return Buffer.concat([
    png.subarray(0, headerEnd),
    length,
    content,
    checksum,
    png.subarray(headerEnd),
  ])
}
