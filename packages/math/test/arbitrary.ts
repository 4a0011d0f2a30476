import fc from 'fast-check'
import type { Pose } from '../src/pose.ts'
import type { Quat } from '../src/quat.ts'
import { normalizeQuat } from '../src/quat.ts'

const part = fc.double({ min: -1, max: 1, noNaN: true })
const length = fc.double({ min: -100, max: 100, noNaN: true })

/** Unit quaternions, evenly enough. */
export const unitQuat: fc.Arbitrary<Quat> = fc
  .tuple(part, part, part, part)
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => normalizeQuat(q))

export const anyPose: fc.Arbitrary<Pose> = fc.record({
  rotation: unitQuat,
  position: fc.tuple(length, length, length),
})
