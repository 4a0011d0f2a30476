import type { Gaussians } from '../../gaussians.ts'
import { shCoefficients } from '../../gaussians.ts'
import { isBeyondByte, logScale, toByte } from '../activations.ts'
import type { Attribute, CloudPass, WriteOptions } from '../format.ts'
import { cloudChunks, noteUnnamedAxes, prepareWrite } from '../format.ts'
import { gzip } from '../gzip.ts'
import { pacer } from '../pace.ts'
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
import { choosePrecision, MAX_FIXED } from './precision.ts'
import { encodeRotation } from './quaternion.ts'

/** Compresses what comes to one gzip stream. */
export type GzipCompress = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

/** Compresses bytes to one zstd frame. */
export type ZstdCompress = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** What SPZ knows besides, and what compresses it. */
export interface SpzWriteOptions extends WriteOptions {
  /** 3: gzip, read by every viewer (default). 4: zstd by planes, names frames other than RUB. */
  readonly version?: 3 | 4
  /** A faster gzip for version 3 than that of all platforms, which has one thread. */
  readonly gzip?: GzipCompress
  /** The platform's zstd for version 4; without it the planes are stored, not compressed. */
  readonly zstd?: ZstdCompress
}

/**
 * Writes SPZ (24-bit positions, 8-bit colours, scales and opacities, 32-bit rotations, 8-bit SH).
 * The default frame is RUB, as the format demands; version 4 also names others in the file.
 *
 * Positions get as many fractional bits as they leave, up to 14. A few Gaussians too far out for
 * what the others need are drawn in towards the origin and shrunk by the same factor, with a note:
 * seen from near the origin they look the same.
 * @throws {SplatsError} `splats/bad-argument`, `splats/too-large` for a scene too far out; the
 * reason of `options.signal`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { writeSpz } from '@flashworld/splats'
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.ply')
 * await writeFile('copy.spz', writeSpz(gaussians))
 * ```
 */
export async function* writeSpz(
  gaussians: Gaussians,
  options: SpzWriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const { axes = SPZ_DEFAULT_AXES, scale = 1, version = 3 } = options
  const move = prepareWrite(gaussians, axes, scale)
  const { fractionalBits, note } = choosePrecision(gaussians, scale)
  if (note !== undefined) options.onNote?.(note)
  const header: SpzHeader = {
    version,
    count: gaussians.count,
    shDegree: gaussians.shDegree,
    fractionalBits,
    antialiased: gaussians.antialiased ?? false,
    hasExtensions: false,
    unknownFlags: 0,
  }
  const pass: SpzPass = { gaussians, move, pace: pacer(options.signal), header, options }
  if (version === 3) {
    noteUnnamedAxes('SPZ version 3', axes, SPZ_DEFAULT_AXES, options)
    const { gzip: compress = gzip } = options
    yield* compress(legacyBytes(pass))
  } else {
    const extension = axes === SPZ_DEFAULT_AXES ? undefined : axesExtension(axes)
    if (extension === undefined) noteUnnamedAxes('SPZ', axes, SPZ_DEFAULT_AXES, options)
    yield* streamedPlanes(pass, extension)
  }
}

/** A cloud on its way into a file. */
interface SpzPass extends CloudPass {
  readonly header: SpzHeader
  readonly options: SpzWriteOptions
}

async function* legacyBytes(pass: SpzPass): AsyncGenerator<Uint8Array> {
  yield encodeSpzHeader(pass.header, 0)
  for (const plane of PLANES) yield* planeBytes(pass, plane)
}

/** Version 4: plain header, extensions, table of sizes, one zstd frame a plane. */
async function* streamedPlanes(
  pass: SpzPass,
  extension: Uint8Array | undefined,
): AsyncGenerator<Uint8Array> {
  const { zstd = storedFrame } = pass.options
  const header = { ...pass.header, hasExtensions: extension !== undefined }
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
    const bytes = await joinBytes(planeBytes(pass, plane), widths[plane] * header.count)
    frames.push(await zstd(bytes))
    toc.set([BigInt(frames[i]!.length), BigInt(bytes.length)], (i * TOC_ENTRY_BYTES) / 8)
  }
  yield head
  if (extension !== undefined) yield extension
  yield new Uint8Array(toc.buffer)
  yield* frames
}

async function joinBytes(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const joined = new Uint8Array(length)
  let at = 0
  for await (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}

/** What a plane's encoder sees; `toFixed` is 2^fractionalBits. */
interface Encoder {
  readonly needs: readonly Attribute[]
  /** @returns how many values the bytes could not hold, which were clamped */
  readonly encode: (chunk: Gaussians, out: Uint8Array, toFixed: number) => number
  /** What the values are called. */
  readonly values: string
}

async function* planeBytes(pass: SpzPass, plane: PlaneName): AsyncGenerator<Uint8Array> {
  const { needs, encode, values } = ENCODERS[plane]
  const width = planeWidths(pass.header)[plane]
  if (width === 0) return
  let clamped = 0
  for await (const chunk of cloudChunks(pass, needs)) {
    const out = new Uint8Array(chunk.count * width)
    clamped += encode(chunk, out, 2 ** pass.header.fractionalBits)
    yield out
  }
  if (clamped > 0) pass.options.onNote?.(`${clamped} ${values} beyond what SPZ holds were clamped`)
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
    values: 'positions',
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
      // those drawn in were told of when the precision was chosen
      return 0
    },
  },
  alphas: {
    values: 'opacities',
    needs: [],
    encode({ count, opacities }, out) {
      let clamped = 0
      for (let i = 0; i < count; i++) {
        const value = opacities[i]! * 255
        if (isBeyondByte(value)) clamped++
        out[i] = toByte(value)
      }
      return clamped
    },
  },
  colors: {
    values: 'values of colour',
    needs: ['sh'],
    encode({ count, sh, shDegree }, out) {
      const stride = shCoefficients(shDegree) * 3
      let clamped = 0
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < 3; j++) {
          const value = (sh[i * stride + j]! * COLOR_SCALE + 0.5) * 255
          if (isBeyondByte(value)) clamped++
          out[i * 3 + j] = toByte(value)
        }
      }
      return clamped
    },
  },
  scales: {
    values: 'scales',
    needs: ['positions', 'scales'],
    encode({ count, positions, scales }, out, toFixed) {
      let clamped = 0
      for (let i = 0; i < count; i++) {
        const factor = drawIn(positions, i, toFixed)
        for (let j = i * 3; j < i * 3 + 3; j++) {
          const value = (logScale(scales[j]! * factor) + 10) * 16
          if (isBeyondByte(value)) clamped++
          out[j] = toByte(value)
        }
      }
      return clamped
    },
  },
  rotations: {
    values: 'rotations',
    needs: ['rotations'],
    encode({ count, rotations }, out) {
      for (let i = 0; i < count; i++) {
        const code = encodeRotation(rotations, i * 4)
        for (let j = 0; j < 4; j++) out[i * 4 + j] = code >>> (8 * j)
      }
      return 0
    },
  },
  sh: {
    values: 'harmonics',
    needs: ['sh'],
    encode({ count, sh, shDegree }, out) {
      const width = (shCoefficients(shDegree) - 1) * 3
      let clamped = 0
      for (let i = 0; i < count; i++) {
        const from = i * (width + 3) + 3
        for (let j = 0; j < width; j++) {
          const value = sh[from + j]!
          if (!(value >= -1 && value <= 1)) clamped++
          out[i * width + j] = quantiseSh(value, j < 9 ? 8 : 16)
        }
      }
      return clamped
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
