import fc from 'fast-check'
import type { Quat } from '@flashworld/math'
import { normalizeQuat } from '@flashworld/math'
import type { Camera } from '../src/camera.ts'

const part = fc.double({ min: -1, max: 1, noNaN: true })
const length = fc.double({ min: -100, max: 100, noNaN: true })

/** Unit quaternions, evenly enough. */
export const unitQuat: fc.Arbitrary<Quat> = fc
  .tuple(part, part, part, part)
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => normalizeQuat(q))

/** Cameras of any pose and sensible intrinsics. */
export const anyCamera: fc.Arbitrary<Camera> = fc.record({
  rotation: unitQuat,
  position: fc.tuple(length, length, length),
  fx: fc.double({ min: 0.2, max: 4, noNaN: true }),
  fy: fc.double({ min: 0.2, max: 4, noNaN: true }),
  cx: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  cy: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  size: fc.constant({ width: 704, height: 480 }),
})

/** Paths of 2 to 6 of them. */
export const anyPath = fc.array(anyCamera, { minLength: 2, maxLength: 6 })
