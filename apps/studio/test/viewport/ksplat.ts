import type { Gaussians } from '@flashworld/splats'
import { SH_C0 } from '@flashworld/splats'
import { multiplyQuat } from '@flashworld/math'

const [HEADER, SECTION, SPLAT] = [4096, 1024, 44]

/** A `.ksplat` file without compression and harmonics, in PLY's frame (y down, z ahead), for readers to be tried with. */
export function ksplatOf({
  count,
  positions,
  rotations,
  scales,
  opacities,
  sh,
  shDegree,
}: Gaussians) {
  const bytes = new Uint8Array(HEADER + SECTION + count * SPLAT)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 1])
  for (const at of [4, 8]) view.setUint32(at, 1, true)
  for (const at of [12, 16, HEADER, HEADER + 4]) view.setUint32(at, count, true)
  view.setUint32(HEADER + 8, 256, true)
  view.setUint32(HEADER + 28, count * SPLAT, true)
  const floats = 3 * (shDegree + 1) ** 2
  for (let i = 0; i < count; i++) {
    const at = HEADER + SECTION + i * SPLAT
    const [x, y, z] = positions.subarray(i * 3)
    const [qw, qx, qy, qz] = rotations.subarray(i * 4)
    const turn = multiplyQuat([0, 1, 0, 0], [qw!, qx!, qy!, qz!])
    const values = [x!, -y!, -z!, ...scales.subarray(i * 3, i * 3 + 3), ...turn]
    values.forEach((value, k) => view.setFloat32(at + k * 4, value, true))
    const color = [0, 1, 2].map((k) => 0.5 + SH_C0 * sh[i * floats + k]!)
    bytes.set(
      [...color, opacities[i]!].map((value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
      at + 40,
    )
  }
  return bytes
}
