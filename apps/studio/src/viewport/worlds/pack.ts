import type { Gaussians } from '@flashworld/splats'
import { SH_C0, shCoefficients } from '@flashworld/splats'

/** A cloud as Spark's `ExtSplats` keeps it: 32 bytes a Gaussian, and 16 for each group of its harmonics. */
export interface PackedWorld {
  readonly count: number
  readonly extArrays: [Uint32Array, Uint32Array]
  readonly extra: Readonly<Record<string, Uint32Array>>
}

/** Gaussians a row of Spark's textures. */
const ROW = 2048
/** Spark reads whole layers of this many rows once there is more than one. */
const LAYER_ROWS = 2048

/** Coefficients behind the constant one that stand in each of Spark's arrays, by name. */
const SH_ARRAYS = [
  { name: 'sh1', first: 1, degree: 1 },
  { name: 'sh2', first: 5, degree: 2 },
  { name: 'sh3a', first: 9, degree: 3 },
  { name: 'sh3b', first: 13, degree: 3 },
] as const

/** What `ExtSplats` takes: float centres, half floats of the rest, harmonics with a shared exponent. */
export function packWorld(cloud: Gaussians): PackedWorld {
  const { count, positions, opacities, scales, rotations, sh, shDegree } = cloud
  const places = placesFor(count)
  const centers = new Float32Array(places * 4)
  const halves = new Float16Array(places * 8)
  const turns = new Uint32Array(halves.buffer)
  const opacityHalves = new Float16Array(centers.buffer)
  const shFloats = 3 * shCoefficients(shDegree)
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      centers[i * 4 + k] = positions[i * 3 + k]!
      halves[i * 8 + k] = 0.5 + SH_C0 * sh[i * shFloats + k]!
      halves[i * 8 + 3 + k] = Math.log(Math.max(scales[i * 3 + k]!, SMALLEST_SCALE))
    }
    opacityHalves[i * 8 + 6] = opacities[i]!
    turns[i * 4 + 3] = packTurn(rotations, i * 4)
  }
  const extra: Record<string, Uint32Array> = {}
  for (const { name, first, degree } of SH_ARRAYS) {
    if (degree > shDegree) continue
    extra[name] = packHarmonics(cloud, { places, first })
  }
  return { count, extArrays: [new Uint32Array(centers.buffer), turns], extra }
}

/** Below this a scale's logarithm would say a flat Gaussian. */
const SMALLEST_SCALE = Math.exp(-12)

/** Places of the textures that hold so many. */
export function placesFor(count: number): number {
  const rows = Math.max(1, Math.ceil(count / ROW))
  return ROW * (rows <= LAYER_ROWS ? rows : Math.ceil(rows / LAYER_ROWS) * LAYER_ROWS)
}

/** Axis on a folded octahedron, 10 bits a side, and the angle of 0 to 180 degrees in 12. */
function packTurn(rotations: Float32Array, at: number): number {
  const sign = rotations[at]! < 0 ? -1 : 1
  const w = Math.min(1, rotations[at]! * sign)
  const half = Math.acos(w)
  const s = Math.sin(half)
  const along = (k: number) => (s < 1e-6 ? (k === 1 ? 1 : 0) : (rotations[at + k]! * sign) / s)
  const [x, y, z] = [along(1), along(2), along(3)]
  const sum = Math.abs(x) + Math.abs(y) + Math.abs(z)
  let [u, v] = [x / sum, y / sum]
  if (z < 0) {
    const fold = (a: number, b: number) => (1 - Math.abs(b)) * (a >= 0 ? 1 : -1)
    ;[u, v] = [fold(u, v), fold(v, u)]
  }
  const side = (value: number) => Math.round((value * 0.5 + 0.5) * 1023)
  return (side(u) | (side(v) << 10) | (Math.round((2 * half * 4095) / Math.PI) << 20)) >>> 0
}

/** Four coefficients a Gaussian from `first` on, each as three signed bytes and an exponent. */
function packHarmonics(
  { count, sh, shDegree }: Gaussians,
  { places, first }: { readonly places: number; readonly first: number },
): Uint32Array {
  const coefficients = shCoefficients(shDegree)
  const packed = new Uint32Array(places * 4)
  const here = Math.min(4, coefficients - first)
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < here; k++) {
      packed[i * 4 + k] = packColor(sh, (i * coefficients + first + k) * 3)
    }
  }
  return packed
}

function packColor(sh: Float32Array, at: number): number {
  const [r, g, b] = [sh[at]!, sh[at + 1]!, sh[at + 2]!]
  const most = Math.max(Math.abs(r), Math.abs(g), Math.abs(b))
  if (most < 2 ** -15) return 0
  // rounded up, so that the largest of the three is not cut at 255
  const exponent = Math.min(31, Math.max(0, Math.ceil(Math.log2(most)) + 15))
  const unit = 2 ** (exponent - 15) / 255
  const byte = (value: number) => Math.min(255, Math.round(Math.abs(value) / unit))
  const signs = (r < 0 ? 1 : 0) | (g < 0 ? 2 : 0) | (b < 0 ? 4 : 0)
  return (byte(r) | (byte(g) << 8) | (byte(b) << 16) | (((exponent << 3) | signs) << 24)) >>> 0
}
