import type { Quat } from '@flashworld/math'
import { normalizeQuat } from '@flashworld/math'
import fc from 'fast-check'
import type { Camera } from '../src/camera.ts'
import type { ImageSize } from '../src/picture.ts'

const part = fc.double({ min: -1, max: 1, noNaN: true })
const length = fc.double({ min: -100, max: 100, noNaN: true })

/** Unit quaternions, evenly enough. */
export const unitQuat: fc.Arbitrary<Quat> = fc
  .tuple(part, part, part, part)
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => normalizeQuat(q))

export const anySize: fc.Arbitrary<ImageSize> = fc.record({
  width: fc.integer({ min: 16, max: 2048 }),
  height: fc.integer({ min: 16, max: 2048 }),
})

/** Cameras of any pose and sensible intrinsics, for pictures of a size. */
export const anyCameraOf = (size: fc.Arbitrary<ImageSize>): fc.Arbitrary<Camera> =>
  fc.record({
    rotation: unitQuat,
    position: fc.tuple(length, length, length),
    fx: fc.double({ min: 0.2, max: 4, noNaN: true }),
    fy: fc.double({ min: 0.2, max: 4, noNaN: true }),
    cx: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    cy: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    size,
  })

export const anyCamera = anyCameraOf(fc.constant({ width: 704, height: 480 }))

/** Paths of 2 to 6 of them. */
export const anyPath = fc.array(anyCamera, { minLength: 2, maxLength: 6 })

/** The same, each camera of its own size. */
export const anyMixedPath = fc.array(anyCameraOf(anySize), { minLength: 2, maxLength: 6 })
