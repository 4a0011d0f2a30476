import type { Vec3 } from '@flashworld/math'
import { slerpQuat } from '@flashworld/math'
import type { Path } from '../path/path.ts'
import type { View } from './navigation.ts'

/** Where the path is at `share`, 0 to 1, of its time. */
export function viewAt({ keys, smooth }: Path, share: number): View {
  const last = keys.length - 1
  const at = Math.min(Math.max(share, 0), 1) * last
  const left = Math.max(0, Math.min(Math.floor(at), last - 1))
  const t = at - left
  const key = (i: number) => keys[Math.min(Math.max(i, 0), last)]!
  const [before, a, b, after] = [key(left - 1), key(left), key(left + 1), key(left + 2)]
  const axis = (i: number) =>
    smooth
      ? catmullRom(before.position[i]!, a.position[i]!, b.position[i]!, after.position[i]!, t)
      : a.position[i]! * (1 - t) + b.position[i]! * t
  return {
    position: [axis(0), axis(1), axis(2)] as Vec3,
    rotation: slerpQuat(a.rotation, b.rotation, t),
    fovDegrees: a.fovDegrees * (1 - t) + b.fovDegrees * t,
  }
}

function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const [m1, m2] = [(p2 - p0) / 2, (p3 - p1) / 2]
  const [t2, t3] = [t * t, t * t * t]
  return (
    (2 * t3 - 3 * t2 + 1) * p1 + (t3 - 2 * t2 + t) * m1 + (3 * t2 - 2 * t3) * p2 + (t3 - t2) * m2
  )
}
