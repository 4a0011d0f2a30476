import { readdir, realpath } from 'node:fs/promises'
import { dirname, extname, relative, resolve, sep } from 'node:path'
import { FlashWorldError } from '../errors.ts'
import type { WireRequest } from '../request-schema.ts'
import { parseRequest } from '../request-schema.ts'
import { isSceneRecord, parseSceneRecord, requestOfRecord } from '../scene-record.ts'
import type { ReadNamed } from './input.ts'
import { readInput, readRequestFile } from './input.ts'
import { systemReason } from './system-error.ts'

/**
 * The request files of a folder, by name.
 * @throws FlashWorldError `input/unreadable`
 * @example
 * ```ts
 * import { listRequests, readRequest } from 'flashworld/node'
 *
 * for (const name of await listRequests('requests'))
 *   console.log(name, (await readRequest(`requests/${name}`)).prompt)
 * ```
 */
export async function listRequests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new FlashWorldError('input/unreadable', `cannot read ${folder}: ${systemReason(cause)}`, {
      cause,
    })
  })
  const files = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json'))
  return files.map((entry) => entry.name).sort()
}

/**
 * A request of a file, or of a scene's record, by our names. Its image may be a file in the same folder or below.
 * @throws FlashWorldError `input/unreadable`, `request/invalid`, `scene/record`
 * @example
 * ```ts
 * import { readRequest } from 'flashworld/node'
 *
 * const request = await readRequest('request.json')
 * const again = await readRequest('house.scene.json') // a scene's record is a request too
 * ```
 */
export async function readRequest(path: string, read?: ReadNamed): Promise<WireRequest> {
  const request = await readRequestFile(path, read)
  if (isSceneRecord(request)) return requestOfRecord(parseSceneRecord(request, path))
  const key = 'image_prompt' in request ? 'image_prompt' : 'image'
  const image = request[key]
  if (typeof image !== 'string' || !looksLikePath(image)) return parseRequest(request)
  return parseRequest({
    ...request,
    [key]: await readInput(await insideOf(dirname(path), image)),
  })
}

/** Base64 has no dot, and a data URL begins with its name. */
const looksLikePath = (text: string) =>
  !text.startsWith('data:') &&
  ['.png', '.jpg', '.jpeg', '.webp'].includes(extname(text.trim()).toLowerCase())

/** The real path, links followed, of a file that must be in the folder. */
async function insideOf(folder: string, name: string): Promise<string> {
  const path = resolve(folder, name)
  const [root, file] = await Promise.all([realpath(folder), realpath(path).catch(() => path)])
  const way = relative(root, file)
  if (way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === file)
    return file
  throw new FlashWorldError(
    'request/invalid',
    `image: expected a file in the request's folder, got '${name}'`,
  )
}
