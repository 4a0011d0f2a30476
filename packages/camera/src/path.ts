import { slerpQuat } from '@flashworld/math'
import type { Camera } from './camera.ts'
import { checkCameraCount } from './camera.ts'
import { reframe } from './reframe.ts'

/** Cameras a second of the video that runs along a path of one camera a second. */
export const VIDEO_FPS = 15

/**
 * The camera at `t` (0 to 1) between two: rotation by slerp on the short arc, the rest linear. It is
 * one of the first camera's picture, to which the second is reframed.
 * @example
 * ```ts
 * import { mixCameras, templatePath } from '@flashworld/camera'
 *
 * const [first, last] = templatePath('orbit-left', { count: 2, size: { width: 192, height: 128 } })
 * const between = mixCameras(first!, last!, 0.5)
 * ```
 */
export function mixCameras(a: Camera, second: Camera, t: number): Camera {
  const b = reframe(second, a.size)
  const mix = (x: number, y: number) => (1 - t) * x + t * y
  const [p, q] = [a.position, b.position]
  return {
    rotation: slerpQuat(a.rotation, b.rotation, t),
    position: [mix(p[0], q[0]), mix(p[1], q[1]), mix(p[2], q[2])],
    fx: mix(a.fx, b.fx),
    fy: mix(a.fy, b.fy),
    cx: mix(a.cx, b.cx),
    cy: mix(a.cy, b.cy),
    size: a.size,
  }
}

/**
 * A path of k cameras as one of `count`, evenly spaced in the index of the given ones; the first
 * and the last stay. A path of `count` cameras is answered as it is.
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { resampleCameras, templatePath } from '@flashworld/camera'
 *
 * const keys = templatePath('orbit-left', { count: 5, size: { width: 192, height: 128 } })
 * console.log(resampleCameras(keys, 24).length) // 24
 * ```
 */
export function resampleCameras(cameras: readonly Camera[], count: number): Camera[] {
  const k = cameras.length
  checkCameraCount(k)
  checkCameraCount(count, 1)
  if (k === count) return [...cameras]
  return interpolate(cameras, count)
}

/**
 * The cameras of a video along a path: `(n - 1) * perSegment + 1` of them. Give it the path before
 * normalising, and normalise the answer with the path's frame.
 * @param perSegment steps from one camera to the next, default 15
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { densePath, templatePath } from '@flashworld/camera'
 *
 * const keys = templatePath('orbit-left', { count: 5, size: { width: 192, height: 128 } })
 * console.log(densePath(keys, 10).length) // 41
 * ```
 */
export function densePath(cameras: readonly Camera[], perSegment = VIDEO_FPS): Camera[] {
  const k = cameras.length
  checkCameraCount(k)
  checkCameraCount(perSegment, 1)
  return interpolate(cameras, (k - 1) * perSegment + 1)
}

function interpolate(cameras: readonly Camera[], count: number): Camera[] {
  const last = cameras.length - 1
  return Array.from({ length: count }, (_, i) => {
    // One division only, so that the given cameras are met exactly.
    const at = count === 1 ? 0 : (i * last) / (count - 1)
    const left = Math.min(Math.floor(at), last - 1)
    return mixCameras(cameras[left]!, cameras[left + 1]!, at - left)
  })
}

/**
 * A path with times as `count` cameras, evenly spaced in time.
 * @param times when each camera is reached, seconds, rising, one a camera
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { resampleByTime, templatePath } from '@flashworld/camera'
 *
 * const keys = templatePath('orbit-left', { count: 3, size: { width: 192, height: 128 } })
 * const cameras = resampleByTime(keys, [0, 1, 4], 96)
 * ```
 */
export function resampleByTime(
  cameras: readonly Camera[],
  times: readonly number[],
  count: number,
): Camera[] {
  checkCameraCount(cameras.length)
  checkCameraCount(count, 1)
  const [start, end] = [times[0]!, times.at(-1)!]
  let left = 0
  return Array.from({ length: count }, (_, i) => {
    const time = count === 1 ? start : start + (i * (end - start)) / (count - 1)
    while (left < times.length - 2 && times[left + 1]! <= time) left++
    const share = (time - times[left]!) / (times[left + 1]! - times[left]!)
    return mixCameras(cameras[left]!, cameras[left + 1]!, Math.min(1, share))
  })
}
