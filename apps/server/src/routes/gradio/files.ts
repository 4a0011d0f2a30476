import { randomUUID } from 'node:crypto'
import type { Caller } from '../../access/tokens.ts'
import { isArtifactName, isJobId, placeOf } from '../../artifacts/store.ts'
import type { Place } from '../../artifacts/store.ts'
import { ServerError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { ownJob } from '../own-job.ts'
import { prefix } from './describe.ts'

/** A file as Gradio's clients take it. Its path is an id of ours and a name of ours, never a place on a disk. */
export interface FileData {
  readonly path: string
  readonly url: string
  readonly size: number
  readonly orig_name: string
  readonly mime_type: string | null
  readonly is_stream: false
  readonly meta: { readonly _type: 'gradio.FileData' }
}

/** What an uploaded file is called, whatever it was called before. */
const uploadName = 'upload'

/** An id and a name, such as `…uuid…/scene.ply`. */
function parsePath(path: string): { id: string; name: string } | undefined {
  const [id = '', name = '', ...more] = path.split('/')
  return isJobId(id) && isArtifactName(name) && more.length === 0 ? { id, name } : undefined
}

/** Keeps an uploaded file under a random id of its own, until the sweep of files that belong to no job. */
export async function keepUpload({ artifacts }: Services, bytes: Uint8Array): Promise<string> {
  const id = randomUUID()
  await artifacts.write(placeOf(id, 0), uploadName, bytes)
  return `${id}/${uploadName}`
}

/**
 * The photograph that a field of kind image names, as base64; undefined for an empty field. Only what was uploaded here is
 * read: paths of the server and addresses elsewhere are refused.
 * @throws ServerError `body/invalid`, `file/unknown`
 */
export async function photographIn({ artifacts }: Services, field: unknown) {
  if (field === null || field === undefined) return undefined
  const path = typeof field === 'object' && 'path' in field ? field.path : undefined
  const found = typeof path === 'string' ? parsePath(path) : undefined
  if (found?.name !== uploadName) {
    throw new ServerError('body/invalid', 'image: expected a file that was uploaded here', {
      hint: 'Send its bytes to the upload route first, as the clients do for local files.',
    })
  }
  const chunks = await (await artifacts.open(placeOf(found.id, 0), uploadName)).toArray()
  return Buffer.concat(chunks as Buffer[]).toString('base64')
}

/** Where a file lies that clients may fetch: an upload whose id they know, or a file of a job of theirs. */
export async function placeOfFile(
  services: Services,
  path: string,
  caller: Caller,
): Promise<{ place: Place; name: string } | undefined> {
  const { id, name } = parsePath(path) ?? {}
  if (id === undefined || name === undefined) return undefined
  if (name === uploadName) return { place: placeOf(id, 0), name }
  const job = await ownJob(services, id, caller)
  return job?.state === 'completed' ? { place: placeOf(id, job.attempt), name } : undefined
}

/** A file of a completed job, made now where it is not there yet. @throws ServerError `file/unknown`, `work/*` */
export async function fileOfJob(
  { artifacts, sceneFiles }: Services,
  { id, attempt }: { readonly id: string; readonly attempt: number },
  { name, root }: { readonly name: string; readonly root: string },
): Promise<FileData> {
  await sceneFiles.ensure(placeOf(id, attempt), name)
  const found = await artifacts.find(placeOf(id, attempt), name)
  if (!found) throw new ServerError('file/unknown', 'there is no such file')
  const path = `${id}/${name}`
  return {
    path,
    url: `${root}${prefix}/file=${path}`,
    size: found.bytes,
    orig_name: name,
    mime_type: 'application/octet-stream',
    is_stream: false,
    meta: { _type: 'gradio.FileData' },
  }
}
