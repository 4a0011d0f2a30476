import type { Gaussians } from '../../gaussians.ts'
import { shCoefficients } from '../../gaussians.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { isBeyondByte, toByte } from '../activations.ts'
import type { WriteOptions } from '../format.ts'
import { cloudChunks, noteUnnamedAxes, prepareWrite } from '../format.ts'
import { pacer } from '../pace.ts'
import { SPLAT_AXES, SPLAT_BYTES } from './layout.ts'

/**
 * Writes .splat: 32 bytes a Gaussian, 8-bit colour, opacity and rotation, no view-dependent
 * colour. The default frame is RDF.
 * @throws {SplatsError} `splats/bad-argument`; the reason of `options.signal`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { writeSplat } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * await writeFile('house.splat', writeSplat(gaussians, { onNote: console.warn }))
 * ```
 */
export async function* writeSplat(
  gaussians: Gaussians,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const axes = options.axes ?? SPLAT_AXES
  const move = prepareWrite(gaussians, axes, options.scale)
  noteUnnamedAxes('.splat', axes, SPLAT_AXES, options)
  if (gaussians.shDegree > 0) options.onNote?.('.splat has no place for view-dependent colour')
  if (gaussians.antialiased) options.onNote?.('.splat cannot say that a scene is antialiased')
  let clamped = 0
  for await (const chunk of cloudChunks({ gaussians, move, pace: pacer(options.signal) })) {
    const bytes = new Uint8Array(chunk.count * SPLAT_BYTES)
    clamped += encodeRecords(chunk, bytes)
    yield bytes
  }
  if (clamped > 0) options.onNote?.(`${clamped} colours outside 0 to 1 were clamped`)
}

/** @returns how many values of colour had to be clamped */
function encodeRecords(chunk: Gaussians, bytes: Uint8Array): number {
  const { count, positions, opacities, scales, rotations, sh } = chunk
  const shFloats = 3 * shCoefficients(chunk.shDegree)
  const floats = new Float32Array(bytes.buffer)
  let clamped = 0
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) {
      floats[i * 8 + j] = positions[i * 3 + j]!
      floats[i * 8 + 3 + j] = scales[i * 3 + j]!
      const color = (0.5 + SH_C0 * sh[i * shFloats + j]!) * 255
      if (isBeyondByte(color)) clamped++
      bytes[i * 32 + 24 + j] = toByte(color)
    }
    bytes[i * 32 + 27] = toByte(opacities[i]! * 255)
    for (let j = 0; j < 4; j++) bytes[i * 32 + 28 + j] = toByte(rotations[i * 4 + j]! * 128 + 128)
  }
  return clamped
}
