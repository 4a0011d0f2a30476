import type { Pose } from '@flashworld/math'
import { multiplyQuat } from '@flashworld/math'
import type { Gaussians } from '@flashworld/splats'
import { allocateGaussians, SH_C0 } from '@flashworld/splats'
import { thinned } from './depth.ts'
import type { ReadRequest, WorldData } from './read.ts'
import type { ReadSplats } from './spark.ts'
import { readExtSplats } from './spark.ts'

/** Formats that Spark reads, and our library does not, by the ending of the file's name. */
const types = { sog: 'pcsogszip', ksplat: 'ksplat' } as const

/** Spark's name of a file's format; undefined where our library reads it. */
export const foreignType = (name: string): (typeof types)[keyof typeof types] | undefined =>
  Object.entries(types).find(([ending]) => name.toLowerCase().endsWith(`.${ending}`))?.[1]

/** Where the origin of a file stands that is, as these are by habit, in PLY's frame: y down, z ahead. */
export const upright = ({ position, rotation }: Pose): Pose => ({
  position,
  rotation: multiplyQuat(rotation, [0, 1, 0, 0]),
})

/**
 * A file that Spark reads, in its own frame. Larger than the device shows well, it is shown all the same: only what
 * tells depths is thinned.
 * @throws Error with Spark's message; the signal's reason when it aborts
 */
export async function readForeign(
  { file, name }: Pick<ReadRequest, 'file' | 'name'>,
  signal: AbortSignal,
): Promise<WorldData> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  signal.throwIfAborted()
  const read = await readExtSplats(bytes, foreignType(name)!)
  signal.throwIfAborted()
  const { numSplats: count, extArrays, extra } = read
  const arrays = Object.entries(extra).filter(([, array]) => array instanceof Uint32Array)
  const packed = {
    count,
    extArrays,
    extra: Object.fromEntries(arrays) as Record<string, Uint32Array>,
  }
  return { packed, few: thinned(gaussiansOf(read)) }
}

/** The cloud without what shines. */
function gaussiansOf(read: ReadSplats): Gaussians {
  const cloud = allocateGaussians(read.numSplats, 0)
  for (let i = 0; i < cloud.count; i++) {
    const { center, scales, quaternion, opacity, color } = read.getSplat(i)
    const { w, x, y, z } = quaternion
    cloud.positions.set(center.toArray(), i * 3)
    cloud.scales.set(scales.toArray(), i * 3)
    cloud.rotations.set([w, x, y, z], i * 4)
    cloud.opacities[i] = opacity
    const shown = [color.r, color.g, color.b]
    cloud.sh.set(
      shown.map((value) => (value - 0.5) / SH_C0),
      i * 3,
    )
  }
  return cloud
}
