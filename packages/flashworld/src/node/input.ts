import { readFile } from 'node:fs/promises'
import { FlashWorldError } from '../errors.ts'
import { systemReason } from './system-error.ts'

/**
 * The bytes of a file that somebody named.
 * @throws FlashWorldError `input/unreadable`
 * @example
 * ```ts
 * import { readInput } from 'flashworld/node'
 *
 * const photograph = await readInput('photo.png')
 * ```
 */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw unreadable(`cannot read ${path}: ${systemReason(cause)}`, cause)
  }
}

/** Gives the bytes of what somebody named: of a file, unless a program knows other names. */
export type ReadNamed = (path: string) => Promise<Uint8Array>

/**
 * The text of a file that somebody named.
 * @throws FlashWorldError `input/unreadable`
 * @example
 * ```ts
 * import { readSceneRecord } from 'flashworld'
 * import { readText } from 'flashworld/node'
 *
 * const { seed } = readSceneRecord(await readText('house.scene.json'), 'house.scene.json')
 * ```
 */
export const readText = async (path: string, read: ReadNamed = readInput): Promise<string> =>
  new TextDecoder().decode(await read(path))

/**
 * What a file of JSON says.
 * @throws FlashWorldError `input/unreadable`
 * @example
 * ```ts
 * import { readTrajectoryJson } from '@flashworld/camera'
 * import { readJson } from 'flashworld/node'
 *
 * const { cameras } = readTrajectoryJson(await readJson('cameras.json'))
 * ```
 */
export async function readJson(path: string, read?: ReadNamed): Promise<unknown> {
  const text = await readText(path, read)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(
      `${path}: expected JSON, got ${shown(text)}: ${(cause as Error).message}`,
      cause,
    )
  }
}

/** A whole request, its fields yet to be checked. @throws FlashWorldError `input/unreadable` where it is no JSON object */
export async function readRequestFile(
  path: string,
  read?: ReadNamed,
): Promise<Readonly<Record<string, unknown>>> {
  const value = await readJson(path, read)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  const got = shown(JSON.stringify(value))
  throw unreadable(
    `${path}: expected a request as a JSON object, such as { "prompt": "a red house" }, got ${got}`,
  )
}

/** The beginning of a text, on one line. */
const shown = (text: string) =>
  text.trim() === '' ? 'nothing' : text.trim().slice(0, 40).replace(/\s+/g, ' ')

const unreadable = (message: string, cause?: unknown) =>
  new FlashWorldError('input/unreadable', message, { cause })
