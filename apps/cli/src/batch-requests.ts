import { readdir, realpath } from 'node:fs/promises'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import type { GenerateRequest } from 'flashworld'
import { FlashWorldError } from 'flashworld'
import { readInput } from './read-scene.ts'

/** The request files of a folder, by name. @throws FlashWorldError `input/unreadable` */
export async function listRequests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new FlashWorldError('input/unreadable', `cannot read ${folder}: ${cause.message}`, { cause })
  })
  const files = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json'))
  return files.map((entry) => entry.name).sort()
}

/**
 * One request. Its image may be a file inside of the folder, named relative to the request's own.
 * @throws FlashWorldError `input/unreadable`, `request/invalid`
 */
export async function readBatchRequest(folder: string, name: string): Promise<GenerateRequest> {
  const path = join(folder, name)
  const request = parseObject(new TextDecoder().decode(await readInput(path)), name)
  const key = 'image_prompt' in request ? 'image_prompt' : 'image'
  const image = request[key]
  if (typeof image !== 'string' || !looksLikePath(image)) return request
  return { ...request, [key]: await readInput(await insideOf(folder, resolve(dirname(path), image), image)) }
}

function parseObject(text: string, name: string): Record<string, unknown> {
  const wrong = (got: string) => new FlashWorldError('request/invalid', `${name}: expected a JSON object, got ${got}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw wrong(`no JSON (${(cause as Error).message})`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(text.slice(0, 40))
  return value as Record<string, unknown>
}

/** Base64 has no dot, and a data URL begins with its name. */
const looksLikePath = (text: string) =>
  !text.startsWith('data:') && ['.png', '.jpg', '.jpeg', '.webp'].includes(extname(text.trim()).toLowerCase())

/** The real path, links followed, of a file that must be in the folder. */
async function insideOf(folder: string, path: string, shown: string): Promise<string> {
  const [root, file] = await Promise.all([realpath(folder), realpath(path).catch(() => path)])
  const way = relative(root, file)
  if (way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === file) return file
  throw new FlashWorldError('request/invalid', `image: expected a file in the input folder, got '${shown}'`)
}
