import { expect } from 'vitest'
import { dotQuat } from '@flashworld/math'
import type { Camera } from '../src/camera.ts'
import { expectClose } from './expect-close.ts'

/** Expects two paths to agree, q and -q being one rotation. */
export function expectSamePath(
  got: readonly Camera[],
  want: readonly Camera[],
  tolerance: number,
): void {
  expect(got).toHaveLength(want.length)
  got.forEach((a, i) => {
    const b = want[i]!
    const sign = dotQuat(a.rotation, b.rotation) < 0 ? -1 : 1
    const turned = b.rotation.map((v) => v * sign)
    const wanted = [...turned, ...b.position, b.fx, b.fy, b.cx, b.cy]
    expect(a.size).toEqual(b.size)
    expectClose([...a.rotation, ...a.position, a.fx, a.fy, a.cx, a.cy], wanted, tolerance)
  })
}
