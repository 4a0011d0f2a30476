import type { Vec3 } from '@flashworld/math'
import { addVec, dotVec, lengthVec, scaleVec, subtractVec } from '@flashworld/math'

/** The cubic with the values `a` and `b` at 0 and 1, and there the slopes `da` and `db`. */
export function hermite(a: number, da: number, b: number, db: number, t: number): number {
  const [u, v] = [1 - t, t]
  return u * u * (1 + 2 * v) * a + u * u * v * da - u * v * v * db + v * v * (1 + 2 * u) * b
}

/** The slope of `hermite` at t. */
export function hermiteSlope(a: number, da: number, b: number, db: number, t: number): number {
  const [u, v] = [1 - t, t]
  return 6 * u * v * (b - a) + u * (u - 2 * v) * da + v * (v - 2 * u) * db
}

/**
 * The velocity at each point of a curve that takes as long from each to the next. It follows the circle through a
 * point and its neighbours, and is never so fast that the curve would overshoot; two equal points are a rest.
 * @param closed the last point is the first one: the curve runs through it
 */
export function vectorTangents(points: readonly Vec3[], closed: boolean): Vec3[] {
  const chords = points.slice(1).map((point, i) => subtractVec(point, points[i]!))
  if (chords.length === 1) return [chords[0]!, chords[0]!]
  const inner = chords.slice(1).map((after, i) => vectorTangent(chords[i]!, after))
  if (closed) {
    const seam = vectorTangent(chords.at(-1)!, chords[0]!)
    return [seam, ...inner, seam]
  }
  return [mirrored(inner[0]!, chords[0]!), ...inner, mirrored(inner.at(-1)!, chords.at(-1)!)]
}

/** The same of numbers: between two of them, the curve rises or falls all the way. */
export function numberTangents(values: readonly number[], closed: boolean): number[] {
  const steps = values.slice(1).map((value, i) => value - values[i]!)
  if (steps.length === 1) return [steps[0]!, steps[0]!]
  const inner = steps.slice(1).map((after, i) => harmonicMean(steps[i]!, after))
  if (closed) {
    const seam = harmonicMean(steps.at(-1)!, steps[0]!)
    return [seam, ...inner, seam]
  }
  return [endSlope(steps[0]!, inner[0]!), ...inner, endSlope(steps.at(-1)!, inner.at(-1)!)]
}

/** Below this share of the chords' length their directions cancel: the path turns back. */
const TURNS_BACK = 0.5

/** Points that are nearer to each other, in the path's unit, are one. */
const SAME_POINT = 1e-12

function vectorTangent(before: Vec3, after: Vec3): Vec3 {
  const [a, b] = [lengthVec(before), lengthVec(after)]
  if (Math.min(a, b) < SAME_POINT) return [0, 0, 0]
  const direction = addVec(scaleVec(before, b / (a * (a + b))), scaleVec(after, a / (b * (a + b))))
  // of length 1 on a line, 0 where the path turns back: there the camera comes to rest
  const speed = (2 * a * b) / (a + b) / Math.max(lengthVec(direction), TURNS_BACK)
  return scaleVec(direction, speed)
}

/** The velocity at an end: that of the nearest inner point, mirrored, as on a circle. */
function mirrored(inner: Vec3, chord: Vec3): Vec3 {
  const square = dotVec(chord, chord)
  if (square < SAME_POINT ** 2) return [0, 0, 0]
  const flipped = subtractVec(scaleVec(chord, (2 * dotVec(inner, chord)) / square), inner)
  const length = lengthVec(flipped)
  return length === 0 ? chord : scaleVec(flipped, Math.sqrt(square) / length)
}

const harmonicMean = (a: number, b: number) => (a * b <= 0 ? 0 : (2 * a * b) / (a + b))

/** As on a parabola, but neither against the step nor so steep that it overshoots. */
function endSlope(step: number, inner: number): number {
  const slope = (3 * step - inner) / 2
  return slope * step <= 0 ? 0 : Math.sign(step) * Math.min(Math.abs(slope), 3 * Math.abs(step))
}
