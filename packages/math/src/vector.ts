/** `[x, y, z]`. */
export type Vec3 = readonly [number, number, number]

export const addVec = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]

export const subtractVec = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

export const scaleVec = (a: Vec3, by: number): Vec3 => [a[0] * by, a[1] * by, a[2] * by]

/** The point at `t` of the line from `a` (0) to `b` (1). */
export const mixVec = (a: Vec3, b: Vec3, t: number): Vec3 => [
  (1 - t) * a[0] + t * b[0],
  (1 - t) * a[1] + t * b[1],
  (1 - t) * a[2] + t * b[2],
]

export const dotVec = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

export const crossVec = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

export const lengthVec = (a: Vec3): number => Math.hypot(...a)

export const distanceVec = (a: Vec3, b: Vec3): number => lengthVec(subtractVec(a, b))
