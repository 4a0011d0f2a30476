import {
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { FlashWorldError } from '../../errors.ts'
import { saveFile } from '../save.ts'
import { isCommit, isContent, wanted } from './hub-listing.ts'
import type { Listing } from './hub-listing.ts'
import type { PublishedPart } from './known-models.ts'

/** A repository's place in the cache that Python's `huggingface_hub` shares: blobs by content, snapshots of links to them. */
export interface CachedRepository {
  readonly folder: string
  /** Held by whoever writes. */
  readonly lock: string
  blob(content: string): string
  pointer(revision: string, name: string): string
}

export function cachedRepository(cache: string, repository: string): CachedRepository {
  const name = ['models', ...repository.split('/')].join('--')
  const folder = join(cache, name)
  return {
    folder,
    lock: join(cache, '.locks', name, 'flashworld.lock'),
    blob: (content) => join(folder, 'blobs', content),
    pointer: (revision, file) => join(folder, 'snapshots', revision, file),
  }
}

export const fileBytes = async (path: string): Promise<number | undefined> => {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ? found.size : undefined
}

/** What lies in a folder and in those below, as the hub writes it. @throws the system's errors */
export const namesWithin = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'))

/** Links a snapshot's file to its content; one process at a time. */
export async function linkPointer(blob: string, pointer: string): Promise<void> {
  const to = relative(dirname(pointer), blob)
  if ((await readlink(pointer).catch(() => undefined)) === to) return
  await mkdir(dirname(pointer), { recursive: true })
  // whoever was killed here left one of the same name
  const fresh = `${pointer}.flashworld`
  await rm(fresh, { force: true })
  // where links by name need a privilege, the same file under two names
  await symlink(to, fresh).catch(() => link(blob, fresh))
  await rename(fresh, pointer)
}

/** Remembers which commit a branch was, for those who ask by its name without a network. */
export const saveRef = ({ folder }: CachedRepository, branch: string, commit: string) =>
  saveFile(join(folder, 'refs', branch), Buffer.from(commit))

/**
 * The same listing by the cache alone. Files whose place does not tell their content have none.
 * @throws FlashWorldError `hub/missing`
 * @example
 * ```ts
 * import { errorCode } from 'flashworld'
 * import { hubSettings, listCached, publishedModels } from 'flashworld/node'
 *
 * const [part] = publishedModels.get('flashworld')!.parts
 * const listing = await listCached(hubSettings().cache, part!).catch((error: unknown) => {
 *   if (errorCode(error) !== 'hub/missing') throw error
 * })
 * console.log(listing?.files.length ?? 'nothing is here')
 * ```
 */
export async function listCached(cache: string, part: PublishedPart): Promise<Listing> {
  const { repository, revision } = part
  const place = cachedRepository(cache, repository)
  const commit = isCommit(revision)
    ? revision
    : (await readFile(join(place.folder, 'refs', revision), 'utf8').catch(() => '')).trim()
  if (!isCommit(commit))
    throw new FlashWorldError('hub/missing', `${repository}: '${revision}' is not in ${cache}`)
  const snapshot = join(place.folder, 'snapshots', commit)
  const names = wanted(part, await namesWithin(snapshot).catch(() => []))
  const files = names.map(async (name) => {
    const pointer = place.pointer(commit, name)
    const bytes = await fileBytes(pointer)
    if (bytes === undefined)
      throw new FlashWorldError('hub/missing', `${repository}: ${name} is not in ${cache}`)
    const blob = basename(await readlink(pointer).catch(() => ''))
    return { name, bytes, content: isContent(blob) ? blob : '' }
  })
  return {
    from: { repository, revision: commit },
    branch: revision === commit ? undefined : revision,
    licence: part.licence,
    files: await Promise.all(files),
  }
}
