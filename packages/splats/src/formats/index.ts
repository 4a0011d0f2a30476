import type { Axes } from '../axes.ts'
import type { Gaussians } from '../gaussians.ts'
import { SplatsError } from '../splats-error.ts'
import { isCompressedPly, readCompressedPly } from './compressed-ply/read.ts'
import type { ReadOptions, SplatFile } from './format.ts'
import { looksLikeGlb } from './glb/container.ts'
import { GLB_AXES } from './glb/names.ts'
import { readGlb } from './glb/read.ts'
import { writeGlb } from './glb/write.ts'
import { looksLikePly, readPlyHeader } from './ply/header.ts'
import { readPly } from './ply/read.ts'
import type { PlyWriteOptions } from './ply/write.ts'
import { PLY_AXES, writePly } from './ply/write.ts'
import { looksLikeSogMeta } from './sog-meta.ts'
import { SPZ_DEFAULT_AXES } from './spz/layout.ts'
import { looksLikeSpz, readSpz } from './spz/read.ts'
import type { SpzWriteOptions } from './spz/write.ts'
import { writeSpz } from './spz/write.ts'
import { SPLAT_AXES } from './splat/layout.ts'
import { readSplat } from './splat/read.ts'
import { writeSplat } from './splat/write.ts'
import { looksLikeUsda, USD_AXES, writeUsda } from './usd/write-usda.ts'
import { writeUsdz } from './usd/write-usdz.ts'

/** Options of all writers together; each takes what concerns it. */
export type AnyWriteOptions = PlyWriteOptions & SpzWriteOptions

/** A file format for clouds of Gaussians. */
export interface SplatFormat {
  readonly name: 'ply' | 'compressed-ply' | 'spz' | 'splat' | 'glb' | 'usda' | 'usdz'
  /** With the dot, lower case; the longest one that a file name ends in decides. */
  readonly extensions: readonly string[]
  /** Frame of its files unless they or the caller name another. */
  readonly axes: Axes
  readonly read?: (bytes: Uint8Array, options?: ReadOptions) => Promise<SplatFile>
  readonly write?: (gaussians: Gaussians, options?: AnyWriteOptions) => AsyncIterable<Uint8Array>
}

/** All formats. */
export const FORMATS: readonly SplatFormat[] = [
  {
    name: 'compressed-ply',
    extensions: ['.compressed.ply'],
    axes: PLY_AXES,
    read: readCompressedPly,
  },
  { name: 'ply', extensions: ['.ply'], axes: PLY_AXES, read: readPly, write: writePly },
  { name: 'spz', extensions: ['.spz'], axes: SPZ_DEFAULT_AXES, read: readSpz, write: writeSpz },
  { name: 'splat', extensions: ['.splat'], axes: SPLAT_AXES, read: readSplat, write: writeSplat },
  { name: 'glb', extensions: ['.glb'], axes: GLB_AXES, read: readGlb, write: writeGlb },
  { name: 'usda', extensions: ['.usda'], axes: USD_AXES, write: writeUsda },
  { name: 'usdz', extensions: ['.usdz'], axes: USD_AXES, write: writeUsdz },
]

/**
 * The format that a file name stands for, by its extension in any case.
 * @throws {SplatsError} `splats/unknown-format`
 * @example
 * ```ts
 * import { formatByName } from '@flashworld/splats'
 *
 * console.log(formatByName('house.SPZ').name) // 'spz'
 * ```
 */
export function formatByName(fileName: string): SplatFormat {
  const lower = fileName.toLowerCase()
  const format = FORMATS.find(({ extensions }) => extensions.some((end) => lower.endsWith(end)))
  if (format !== undefined) return format
  const known = FORMATS.flatMap(({ extensions }) => extensions).join(', ')
  throw new SplatsError(
    'splats/unknown-format',
    `formatByName: expected a name ending in ${known}, got '${fileName.slice(0, 200)}'`,
  )
}

/**
 * The format that a file's first bytes show. Only .splat has no mark: it is believed if `fileName`
 * says so and the bytes show nothing else.
 * @throws {SplatsError} `splats/unknown-format`; `splats/unsupported` for the index of an unbundled
 * SOG; errors of the PLY header
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { detectFormat } from '@flashworld/splats'
 *
 * console.log(detectFormat(await readFile('house.spz')).name) // 'spz'
 * ```
 */
export function detectFormat(bytes: Uint8Array, fileName = ''): SplatFormat {
  const byFormatName = (name: SplatFormat['name']) => FORMATS.find((f) => f.name === name)!
  if (looksLikePly(bytes)) {
    return byFormatName(isCompressedPly(readPlyHeader(bytes)) ? 'compressed-ply' : 'ply')
  }
  if (looksLikeSpz(bytes)) return byFormatName('spz')
  if (looksLikeGlb(bytes)) return byFormatName('glb')
  if (looksLikeUsda(bytes)) return byFormatName('usda')
  if (looksLikeSogMeta(bytes)) {
    throw new SplatsError(
      'splats/unsupported',
      'detectFormat: expected a file of its own, got the meta.json of an unbundled SOG, whose ' +
        'values stand in the images beside it',
    )
  }
  if (fileName.toLowerCase().endsWith('.splat')) return byFormatName('splat')
  throw new SplatsError(
    'splats/unknown-format',
    'detectFormat: expected the first bytes of a PLY, SPZ or GLB, or a name ending in .splat',
  )
}

/**
 * Reads a cloud from a file of any format that has a reader, by its content.
 * @throws {SplatsError} `splats/unknown-format`, `splats/unsupported`, and what the reader throws
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { readGaussians } from '@flashworld/splats'
 *
 * const { gaussians, axes } = await readGaussians(await readFile('house.ply'))
 * console.log(gaussians.count, axes)
 * ```
 */
export async function readGaussians(
  bytes: Uint8Array,
  options: ReadOptions & { readonly fileName?: string } = {},
): Promise<SplatFile> {
  const format = detectFormat(bytes, options.fileName)
  if (format.read !== undefined) return format.read(bytes, options)
  throw new SplatsError(
    'splats/unsupported',
    `readGaussians: expected a format that can be read, got ${format.name}`,
  )
}
