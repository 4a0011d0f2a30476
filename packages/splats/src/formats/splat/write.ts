import type { Gaussians } from '../../gaussians.ts'
import { shCoefficients } from '../../gaussians.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { toByte } from '../activations.ts'
import type { WriteOptions } from '../format.ts'
import { cloudChunks, prepareWrite } from '../format.ts'
import { SPLAT_AXES, SPLAT_BYTES } from './layout.ts'

/**
 * Writes .splat: 32 bytes a Gaussian, 8-bit colour, opacity and rotation, no view-dependent
 * colour. The default frame is RDF.
 * @throws {SplatsError} `splats/bad-argument`
 */
export async function* writeSplat(
  gaussians: Gaussians,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const move = prepareWrite(gaussians, options.axes ?? SPLAT_AXES, options.scale)
  for (const chunk of cloudChunks(gaussians, move)) yield encodeRecords(chunk)
}

function encodeRecords(chunk: Gaussians): Uint8Array {
  const { count, positions, opacities, scales, rotations, sh } = chunk
  const shFloats = 3 * shCoefficients(chunk.shDegree)
  const bytes = new Uint8Array(count * SPLAT_BYTES)
  const floats = new Float32Array(bytes.buffer)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) {
      floats[i * 8 + j] = positions[i * 3 + j]!
      floats[i * 8 + 3 + j] = scales[i * 3 + j]!
      bytes[i * 32 + 24 + j] = toByte((0.5 + SH_C0 * sh[i * shFloats + j]!) * 255)
    }
    bytes[i * 32 + 27] = toByte(opacities[i]! * 255)
    for (let j = 0; j < 4; j++) bytes[i * 32 + 28 + j] = toByte(rotations[i * 4 + j]! * 128 + 128)
  }
  return bytes
}
