import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { StoredPrecision } from '@flashworld/models'
import { isConverted } from '@flashworld/models'
import { folderSource } from '../files.ts'
import type { Environment } from './hub-settings.ts'

/** Where what flashworld makes for itself lies: `FLASHWORLD_HOME`, else `XDG_DATA_HOME/flashworld`, else `~/.local/share/flashworld`. */
export const flashworldHome = (env: Environment = process.env): string =>
  resolve(
    env.FLASHWORLD_HOME ||
      join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'flashworld'),
  )

/**
 * The folder of a converted model; its last part is what requests and records call it.
 * @example
 * ```ts
 * import { convertedFolder } from 'flashworld/node'
 *
 * console.log(convertedFolder('flashworld', 'int8', { FLASHWORLD_HOME: '/data/flashworld' }))
 * // /data/flashworld/models/int8/flashworld
 * ```
 */
export const convertedFolder = (
  name: string,
  precision: StoredPrecision,
  env?: Environment,
): string => join(flashworldHome(env), 'models', precision, name)

/** A converted model on this machine. */
export interface ConvertedModel {
  readonly precision: StoredPrecision
  readonly folder: string
}

/** The smallest first: what is taken where nobody says which. */
export const precisionOrder: readonly StoredPrecision[] = ['int8', 'e4m3', 'f16', 'f32']

/**
 * A name is a folder's, and nothing but one.
 * @example
 * ```ts
 * import { isModelName } from 'flashworld/node'
 *
 * console.log(isModelName('flashworld'), isModelName('../flashworld')) // true false
 * ```
 */
export const isModelName = (name: string) => /^\w[\w.-]{0,99}$/.test(name)

/**
 * The precisions in which a model is there, converted.
 * @example
 * ```ts
 * import { findConverted } from 'flashworld/node'
 *
 * for (const { precision, folder } of await findConverted('flashworld')) console.log(precision, folder)
 * ```
 */
export async function findConverted(name: string, env?: Environment): Promise<ConvertedModel[]> {
  if (!isModelName(name)) return []
  const found = precisionOrder.map(async (precision) => {
    const folder = convertedFolder(name, precision, env)
    return (await isConverted(folderSource(folder))) ? [{ precision, folder }] : []
  })
  return (await Promise.all(found)).flat()
}

/**
 * Every model that is there, converted.
 * @example
 * ```ts
 * import { convertedNames } from 'flashworld/node'
 *
 * console.log(await convertedNames()) // such as ['flashworld']
 * ```
 */
export async function convertedNames(env?: Environment): Promise<string[]> {
  const folders = precisionOrder.map((precision) => join(flashworldHome(env), 'models', precision))
  const found = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))
  const names = [...new Set(found.flat())].filter(isModelName).sort()
  const there = await Promise.all(names.map(async (name) => (await findConverted(name, env))[0]))
  return names.filter((_, i) => there[i])
}
