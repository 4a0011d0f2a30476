import { allocateGaussians } from '../../gaussians.ts'
import { checkCount } from '../../limits.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { SplatsError } from '../../splats-error.ts'
import type { ReadOptions, SplatFile } from '../format.ts'
import { finishRead } from '../format.ts'
import { pacer } from '../pace.ts'
import { SPLAT_AXES, SPLAT_BYTES } from './layout.ts'

/** Records decoded between two turns of the event loop. */
const BLOCK = 4096

/**
 * Reads .splat. There is no header: any file of whole records is one (an empty one too).
 * The frame is `options.axes`, else RDF.
 * @throws {SplatsError} `splats/truncated`, `splats/too-large`; the reason of `options.signal`
 * @example
 * ```ts
 * import { readSplat } from '@flashworld/splats'
 *
 * const { gaussians } = await readSplat(new Uint8Array(0))
 * console.log(gaussians.count) // 0
 * ```
 */
export async function readSplat(bytes: Uint8Array, options: ReadOptions = {}): Promise<SplatFile> {
  if (bytes.length % SPLAT_BYTES !== 0) {
    throw new SplatsError(
      'splats/truncated',
      `readSplat: expected records of ${SPLAT_BYTES} bytes, got ${bytes.length} bytes`,
    )
  }
  const count = bytes.length / SPLAT_BYTES
  checkCount('readSplat', count)
  const gaussians = allocateGaussians(count, 0)
  const { positions, opacities, scales, rotations, sh } = gaussians
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pace = pacer(options.signal)
  for (let i = 0; i < count; i++) {
    if (i % BLOCK === 0) await pace()
    const at = i * SPLAT_BYTES
    for (let j = 0; j < 3; j++) {
      positions[i * 3 + j] = view.getFloat32(at + j * 4, true)
      scales[i * 3 + j] = view.getFloat32(at + 12 + j * 4, true)
      sh[i * 3 + j] = (bytes[at + 24 + j]! / 255 - 0.5) / SH_C0
    }
    opacities[i] = bytes[at + 27]! / 255
    for (let j = 0; j < 4; j++) rotations[i * 4 + j] = (bytes[at + 28 + j]! - 128) / 128
  }
  return finishRead({ cloud: gaussians, habitual: SPLAT_AXES }, options, pace)
}
