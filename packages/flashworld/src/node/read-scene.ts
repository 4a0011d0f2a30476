import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Axes, ReadOptions, SplatFile } from '@flashworld/splats'
import { detectFormat, parseSogMeta, readGaussians, readPly, SplatsError } from '@flashworld/splats'
import { recordPath } from '../scene-file.ts'
import type { SceneRecord } from '../scene-record.ts'
import { readSceneRecord } from '../scene-record.ts'
import type { ReadNamed } from './input.ts'
import { readInput, readText } from './input.ts'
import { readWithSplatTransform, transformInputs } from './splat-transform.ts'

/** A scene file in memory and what was found in it. */
export interface SceneFile extends SplatFile {
  readonly format: string
  /** Of the format; undefined for those that have none. */
  readonly version: string | undefined
  readonly bytes: number
}

/** How a scene's bytes are found, and who ends the reading. */
export interface ReadSceneOptions {
  readonly read?: ReadNamed
  /** A name whose ending tells the format, where the path's does not. */
  readonly fileName?: string
  readonly signal?: AbortSignal
}

/**
 * Reads a scene of any format, by its content or, where that does not tell, by its name.
 * @param axes the file's frame, where it does not name it itself
 * @throws FlashWorldError `input/unreadable`, `package/missing`; SplatsError; the signal's reason
 * @example
 * ```ts
 * import { readScene } from 'flashworld/node'
 *
 * const { gaussians, format, axes, notes } = await readScene('house.spz')
 * console.log(gaussians.count, format, axes, ...notes)
 * ```
 */
export async function readScene(
  path: string,
  axes?: Axes,
  { read = readInput, fileName = path, signal }: ReadSceneOptions = {},
): Promise<SceneFile> {
  const bytes = await read(path)
  try {
    return await parseScene(fileName, bytes, { axes, signal })
  } catch (error) {
    // commands read more than one file: the message says which
    if (error instanceof SplatsError)
      throw new SplatsError(error.code, `${path}: ${error.message}`, { cause: error })
    throw error
  }
}

/**
 * True for the meta.json of an unbundled SOG, which is a scene though other JSON files hold cameras.
 * @example
 * ```ts
 * import { isSogIndex } from 'flashworld/node'
 *
 * console.log(await isSogIndex('cameras.json')) // false
 * ```
 */
export const isSogIndex = async (path: string): Promise<boolean> =>
  extname(path).toLowerCase() === '.json' && parseSogMeta(await readInput(path)) !== undefined

/**
 * A scene's record.
 * @throws FlashWorldError `input/unreadable`, `scene/record`
 * @example
 * ```ts
 * import { readRecord } from 'flashworld/node'
 *
 * const { seed, gaussians, seconds } = await readRecord('house.scene.json')
 * ```
 */
export const readRecord = async (path: string): Promise<SceneRecord> =>
  readSceneRecord(await readText(path), path)

/**
 * The record beside a scene's file, if there is one.
 * @throws FlashWorldError `scene/record`
 * @example
 * ```ts
 * import { findRecord } from 'flashworld/node'
 *
 * const record = await findRecord('house.spz')
 * console.log(record?.request.prompt)
 * ```
 */
export async function findRecord(scenePath: string): Promise<SceneRecord | undefined> {
  const path = recordPath(scenePath)
  const found = await stat(path).catch(() => undefined)
  return found && readRecord(path)
}

async function parseScene(
  path: string,
  bytes: Uint8Array,
  options: ReadOptions,
): Promise<SceneFile> {
  const extension = extname(path).toLowerCase()
  if (transformInputs.some((known) => known === extension)) {
    const ply = await readWithSplatTransform(path, bytes)
    return {
      ...(await readPly(ply, options)),
      format: extension.slice(1),
      version: undefined,
      bytes: bytes.length,
    }
  }
  const meta = parseSogMeta(bytes)
  if (meta !== undefined) {
    const beside = await readBeside(path, meta.files)
    const ply = await readWithSplatTransform(path, bytes, beside)
    const file = await readPly(ply, options)
    const size = Object.values(beside).reduce((sum, { length }) => sum + length, bytes.length)
    return { ...file, format: 'sog', version: undefined, bytes: size }
  }
  const { name } = detectFormat(bytes, basename(path))
  const file = await readGaussians(bytes, { ...options, fileName: basename(path) })
  return { ...file, format: name, version: await formatVersion(name, bytes), bytes: bytes.length }
}

/** Files of one folder, by their names. @throws FlashWorldError `input/unreadable` */
async function readBeside(path: string, names: readonly string[]) {
  const files = names.map(
    async (name) => [name, await readInput(join(dirname(path), name))] as const,
  )
  return Object.fromEntries(await Promise.all(files))
}

async function formatVersion(format: string, bytes: Uint8Array): Promise<string | undefined> {
  if (format === 'spz') return String(await spzVersion(bytes))
  if (format.endsWith('ply'))
    return /^format (.+)$/m.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 4096)))?.[1]
  return undefined
}

/** The number after the mark, in the open (version 4) or at the start of a gzip stream. */
async function spzVersion(bytes: Uint8Array): Promise<number> {
  const gzipped = bytes[0] === 0x1f
  const start = gzipped ? await firstUnzipped(bytes) : bytes
  return new DataView(start.buffer, start.byteOffset).getUint32(4, true)
}

async function firstUnzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const gunzip = createGunzip()
  gunzip.end(bytes.subarray(0, 65_536))
  for await (const chunk of gunzip) return chunk as Uint8Array
  throw new Error('an empty gzip stream')
}
