import type { Axes } from '../../axes.ts'
import type { Gaussians } from '../../gaussians.ts'
import { gaussianBounds, shCoefficients } from '../../gaussians.ts'
import type { PreparedTransform } from '../../transform.ts'
import { logScale, toByte } from '../activations.ts'
import type { Attribute, WriteOptions } from '../format.ts'
import { cloudChunks, prepareWrite } from '../format.ts'
import { gzip } from '../gzip.ts'
import { storedFrame } from '../zstd.ts'
import type { PlaneName, SpzHeader } from './layout.ts'
import {
  axesExtension,
  COLOR_SCALE,
  encodeSpzHeader,
  HEADER_BYTES,
  PLANES,
  planeWidths,
  SPZ_DEFAULT_AXES,
  TOC_ENTRY_BYTES,
} from './layout.ts'
import { encodeRotation } from './quaternion.ts'

/** Compresses bytes to one zstd frame. */
export type ZstdCompress = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>

export interface SpzWriteOptions extends WriteOptions {
  /** 3: gzip, read by every viewer (default). 4: zstd by planes, names frames other than RUB. */
  readonly version?: 3 | 4
  /** The platform's zstd for version 4; without it the planes are stored, not compressed. */
  readonly zstd?: ZstdCompress
}

/**
 * Writes SPZ (24-bit positions, 8-bit colours, scales and opacities, 32-bit rotations, 8-bit SH).
 * The default frame is RUB, as the format demands; version 4 also names others in the file.
 *
 * Positions get as many fractional bits as the bounds leave, 10 to 14. A Gaussian too far out
 * even so (beyond 8192 units) is drawn in towards the origin and shrunk by the same factor: seen
 * from near the origin it looks the same.
 * @throws {SplatsError} `splats/bad-argument`
 */
export async function* writeSpz(
  gaussians: Gaussians,
  options: SpzWriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const { axes = SPZ_DEFAULT_AXES, scale = 1, version = 3 } = options
  const move = prepareWrite(gaussians, axes, scale)
  const header: SpzHeader = {
    version,
    count: gaussians.count,
    shDegree: gaussians.shDegree,
    fractionalBits: chooseFractionalBits(gaussians, scale),
    hasExtensions: false,
  }
  if (version === 3) yield* gzip(legacyBytes(gaussians, move, header))
  else yield* streamedPlanes({ gaussians, move, header, axes }, options.zstd)
}

function* legacyBytes(
  gaussians: Gaussians,
  move: PreparedTransform,
  header: SpzHeader,
): Generator<Uint8Array> {
  yield encodeSpzHeader(header, 0)
  for (const plane of PLANES) yield* planeBytes(gaussians, move, { plane, header })
}

/** Version 4: plain header, extensions, table of sizes, one zstd frame a plane. */
async function* streamedPlanes(
  scene: { gaussians: Gaussians; move: PreparedTransform; header: SpzHeader; axes: Axes },
  zstd: ZstdCompress = storedFrame,
): AsyncGenerator<Uint8Array> {
  const { gaussians, move, axes } = scene
  const extension = axes === SPZ_DEFAULT_AXES ? undefined : axesExtension(axes)
  const header = { ...scene.header, hasExtensions: extension !== undefined }
  const widths = planeWidths(header)
  const planes = PLANES.filter((plane) => widths[plane] * header.count > 0)
  const head = new Uint8Array(HEADER_BYTES)
  head.set(encodeSpzHeader(header, planes.length))
  const tocOffset = HEADER_BYTES + (extension?.length ?? 0)
  new DataView(head.buffer).setUint32(16, tocOffset, true)

  // The table of sizes stands before the frames, so these wait in memory, compressed.
  const toc = new BigUint64Array(planes.length * 2)
  const frames: Uint8Array[] = []
  for (const [i, plane] of planes.entries()) {
    const bytes = joinBytes(
      planeBytes(gaussians, move, { plane, header }),
      widths[plane] * header.count,
    )
    frames.push(await zstd(bytes))
    toc.set([BigInt(frames[i]!.length), BigInt(bytes.length)], (i * TOC_ENTRY_BYTES) / 8)
  }
  yield head
  if (extension !== undefined) yield extension
  yield new Uint8Array(toc.buffer)
  yield* frames
}

function joinBytes(chunks: Iterable<Uint8Array>, length: number): Uint8Array {
  const joined = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}

const MAX_FIXED = 2 ** 23 - 1

/** Finer than 2^-14 units nobody sees (0.02 pixels at distance 1), and noise compresses badly. */
const FRACTIONAL_BITS = { min: 10, max: 14 }

function chooseFractionalBits(gaussians: Gaussians, scale: number): number {
  const bounds = gaussianBounds(gaussians)
  const reach = bounds === undefined ? 0 : Math.max(...[...bounds.min, ...bounds.max].map(Math.abs))
  const fitting = Math.floor(Math.log2(MAX_FIXED / (reach * scale)))
  return Math.min(FRACTIONAL_BITS.max, Math.max(FRACTIONAL_BITS.min, fitting))
}

/** What a plane's encoder sees; `toFixed` is 2^fractionalBits. */
interface Encoder {
  readonly needs: readonly Attribute[]
  readonly encode: (chunk: Gaussians, out: Uint8Array, toFixed: number) => void
}

function* planeBytes(
  gaussians: Gaussians,
  move: PreparedTransform,
  { plane, header }: { plane: PlaneName; header: SpzHeader },
): Generator<Uint8Array> {
  const { needs, encode } = ENCODERS[plane]
  const width = planeWidths(header)[plane]
  if (width === 0) return
  for (const chunk of cloudChunks(gaussians, move, needs)) {
    const out = new Uint8Array(chunk.count * width)
    encode(chunk, out, 2 ** header.fractionalBits)
    yield out
  }
}

/** Factor that brings a centre within the fixed-point range, 1 for nearly all of them. */
function drawIn(positions: Float32Array, i: number, toFixed: number): number {
  const reach = Math.max(
    Math.abs(positions[i * 3]!),
    Math.abs(positions[i * 3 + 1]!),
    Math.abs(positions[i * 3 + 2]!),
  )
  return reach * toFixed > MAX_FIXED ? MAX_FIXED / (reach * toFixed) : 1
}

const ENCODERS: Record<PlaneName, Encoder> = {
  positions: {
    needs: ['positions'],
    encode({ count, positions }, out, toFixed) {
      for (let i = 0; i < count; i++) {
        const factor = toFixed * drawIn(positions, i, toFixed)
        for (let j = i * 3; j < i * 3 + 3; j++) {
          const fixed = Math.round(positions[j]! * factor)
          out[j * 3] = fixed
          out[j * 3 + 1] = fixed >> 8
          out[j * 3 + 2] = fixed >> 16
        }
      }
    },
  },
  alphas: {
    needs: [],
    encode({ count, opacities }, out) {
      for (let i = 0; i < count; i++) out[i] = toByte(opacities[i]! * 255)
    },
  },
  colors: {
    needs: ['sh'],
    encode({ count, sh, shDegree }, out) {
      const stride = shCoefficients(shDegree) * 3
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < 3; j++) {
          out[i * 3 + j] = toByte((sh[i * stride + j]! * COLOR_SCALE + 0.5) * 255)
        }
      }
    },
  },
  scales: {
    needs: ['positions', 'scales'],
    encode({ count, positions, scales }, out, toFixed) {
      for (let i = 0; i < count; i++) {
        const factor = drawIn(positions, i, toFixed)
        for (let j = i * 3; j < i * 3 + 3; j++) {
          out[j] = toByte((logScale(scales[j]! * factor) + 10) * 16)
        }
      }
    },
  },
  rotations: {
    needs: ['rotations'],
    encode({ count, rotations }, out) {
      for (let i = 0; i < count; i++) {
        const code = encodeRotation(rotations, i * 4)
        for (let j = 0; j < 4; j++) out[i * 4 + j] = code >>> (8 * j)
      }
    },
  },
  sh: {
    needs: ['sh'],
    encode({ count, sh, shDegree }, out) {
      const width = (shCoefficients(shDegree) - 1) * 3
      for (let i = 0; i < count; i++) {
        const from = i * (width + 3) + 3
        for (let j = 0; j < width; j++) {
          out[i * width + j] = quantiseSh(sh[from + j]!, j < 9 ? 8 : 16)
        }
      }
    },
  },
}

/**
 * Byte around 128 in steps of 1/128, rounded to a multiple of `bucket` (a power of two): 5 bits in
 * band 1, then 4.
 */
function quantiseSh(value: number, bucket: number): number {
  const byte = Math.floor(Math.min(255, Math.max(0, value * 128 + 128.5)))
  return Math.min(255, (byte + bucket / 2) & -bucket)
}
