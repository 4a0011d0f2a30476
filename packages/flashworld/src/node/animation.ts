import type { ImageSize } from '@flashworld/camera'
import type { Picture } from '../events.ts'
import { encodeWebp } from './pictures.ts'

/**
 * Pictures of one size as an animated WebP without an end. Memory holds them compressed.
 * @example
 * ```ts
 * import { renderViews } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { encodeAnimation, openEngine, readScene, saveFile } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * const cameras = templatePath('orbit-left', { count: 4, size })
 * const pictures = await renderViews(engine, gaussians, cameras, size)
 * await saveFile('house.webp', await encodeAnimation(pictures, 8))
 * ```
 */
export async function encodeAnimation(
  pictures: Iterable<Picture> | AsyncIterable<Picture>,
  fps: number,
): Promise<Uint8Array> {
  const frames: Uint8Array[] = []
  let size: ImageSize | undefined
  for await (const picture of pictures) {
    size ??= picture
    frames.push(frameChunk(await encodeWebp(picture), picture, Math.round(1000 / fps)))
  }
  if (!size) throw new RangeError('encodeAnimation: expected at least one picture')
  const { width, height } = size
  const canvas = chunk('VP8X', [2, 0, 0, 0, ...bytes24(width - 1), ...bytes24(height - 1)])
  const loopForever = chunk('ANIM', [255, 255, 255, 255, 0, 0])
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), canvas, loopForever, ...frames]))
}

/** A still as one frame of an animation; its own image data begins behind `RIFF`, its size and `WEBP`. */
const frameChunk = (webp: Uint8Array, { width, height }: ImageSize, milliseconds: number) => {
  const place = [...bytes24(0), ...bytes24(0), ...bytes24(width - 1), ...bytes24(height - 1)]
  // 2: what was there before does not shine through
  return chunk(
    'ANMF',
    Buffer.concat([Uint8Array.from([...place, ...bytes24(milliseconds), 2]), webp.subarray(12)]),
  )
}

/** A RIFF chunk: name, size, content, and a byte more where the size is odd. */
function chunk(name: string, content: Uint8Array | readonly number[]): Uint8Array {
  const out = Buffer.alloc(8 + content.length + (content.length % 2))
  out.write(name, 'latin1')
  out.writeUInt32LE(content.length, 4)
  out.set(content, 8)
  return out
}

const bytes24 = (value: number) => [value & 255, (value >> 8) & 255, value >> 16]
