import type { Vec3 } from '@flashworld/math'
import { distanceVec, mixVec } from '@flashworld/math'
import { aimOf } from './aim.ts'
import { curveOf } from './curve.ts'
import { appendKeys, clearPath, withIds } from './edits.ts'
import { fitViews } from './fit.ts'
import type { MoveStart } from './moves.ts'
import { FIRST_VIEW } from './moves.ts'
import type { Path, View } from './path.ts'

/** How far the keys of a stroke may lead off it, as a share of its length. */
const KEEPS_TO = 0.02

/** A stroke at an even speed: the point at a share of its length, 0 to 1. */
export function alongStroke(points: readonly Vec3[]): (share: number) => Vec3 {
  const passed = [0]
  for (const [i, point] of points.slice(1).entries()) {
    passed.push(passed[i]! + distanceVec(point, points[i]!))
  }
  const length = passed.at(-1)!
  return (share) => {
    const wanted = share * length
    const next = Math.max(
      1,
      passed.findIndex((at) => at >= wanted),
    )
    const [a, b] = [points[next - 1]!, points[next] ?? points[next - 1]!]
    const step = (passed[next] ?? length) - passed[next - 1]!
    return mixVec(a, b, step > 0 ? (wanted - passed[next - 1]!) / step : 0)
  }
}

/**
 * The path along a stroke that was drawn in the world: on from the end of the path, or from its first key instead of
 * all that follows it. Its cameras look as the one does that it goes on from, unless the path is aimed; a stroke
 * without length changes nothing.
 */
export function drawStroke(path: Path, points: readonly Vec3[], from: MoveStart): Path {
  const base = from === 'end' ? path : clearPath(path)
  const last = base.keys.at(-1)
  const start: View = last ? curveOf(base).at(base.keys.length - 1) : FIRST_VIEW
  const line = last ? [start.position, ...points] : points
  const length = line.slice(1).reduce((sum, point, i) => sum + distanceVec(point, line[i]!), 0)
  if (!(length > 1e-6)) return path
  const at = alongStroke(line)
  const movement = (t: number): View => ({ ...start, position: at(t) })
  const tolerance = { distance: KEEPS_TO * length, degrees: 1 }
  const views = fitViews(movement, { tolerance, smooth: path.smooth })
  if (!last) return appendKeys(base, views)
  const keys = withIds(views.slice(1), base.keys)
  const aim = aimOf(base, last)
  const own = aim === base.aim ? keys : keys.map((key) => ({ ...key, aim }))
  return { ...base, keys: [...base.keys, ...own] }
}
