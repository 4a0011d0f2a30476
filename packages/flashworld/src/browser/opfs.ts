import type { WeightSource } from '@flashworld/models'
import { WeightsError } from '@flashworld/models'
import { createSHA256 } from 'hash-wasm'
import type { HttpOptions, RemoteFile } from './http-bytes.ts'
import { openRemote, streamBytes } from './http-bytes.ts'
import { fileUrl, folderUrl } from './http-source.ts'

/** The folder of the origin's private file system in which checkpoints are kept, each under its name. */
const shelf = 'flashworld'
/** Behind the name of a file that is not yet whole. */
const partSuffix = '.part'

/**
 * A checkpoint that `storeCheckpoint` has stored under this name.
 * @example
 * ```ts shown
 * import { checkpointDefaults } from 'flashworld'
 * import { opfsSource } from 'flashworld/browser'
 *
 * console.log(await checkpointDefaults(opfsSource('mini')))
 * ```
 */
export function opfsSource(name: string): WeightSource {
  const open = async (path: string) => {
    const folder = await folderOf(name, path)
    return (folder && (await fileIn(folder, path)))?.getFile()
  }
  return {
    name: `the stored checkpoint '${name}'`,
    size: async (path) => (await open(path))?.size,
    async read(path, start, end) {
      const file = await open(path)
      return file ? new Uint8Array(await file.slice(start, end).arrayBuffer()) : new Uint8Array(0)
    },
  }
}

/** A file of a checkpoint that is to be stored. */
export interface CheckpointFile {
  /** Within the checkpoint's folder. */
  readonly path: string
  /** Of its content, in hexadecimal. Only with it a download that was interrupted goes on where it ended. */
  readonly sha256?: string
}

/** What is stored, where it comes from, and who hears of it. */
export interface StoreOptions extends HttpOptions {
  /** The checkpoint's folder on a server. */
  readonly url: string | URL
  readonly files: readonly CheckpointFile[]
  /** Part of the bytes that is stored, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}

/**
 * Downloads a checkpoint's files into the origin's private file system; files that are there already stay as they are.
 * Works in workers only, for only they can append to a file. A page that wants its files kept when the disk fills up
 * asks for `navigator.storage.persist()`.
 * @throws WeightsError `weights/missing-file`, `weights/network`, `weights/checksum`, `weights/storage`
 * @example
 * ```ts shown
 * import { opfsSource, storeCheckpoint } from 'flashworld/browser'
 *
 * const files = await (await fetch('/mini/files.json')).json()
 * await storeCheckpoint('mini', { url: '/mini/', files })
 * const source = opfsSource('mini')
 * ```
 */
export async function storeCheckpoint(
  name: string,
  { url, files, onProgress, ...http }: StoreOptions,
): Promise<void> {
  const base = folderUrl(url)
  const missing: Download[] = []
  for (const file of files) {
    const folder = await folderOf(name, file.path, { create: true })
    if (await fileIn(folder, file.path)) continue
    const remote = await openRemote(fileUrl(base, file.path), http)
    if (!remote) {
      throw new WeightsError('weights/missing-file', `no file '${file.path}' in ${base.href}`)
    }
    missing.push({ ...file, folder, remote })
  }
  const total = missing.reduce((sum, { remote }) => sum + (remote.size ?? 0), 0)
  let stored = 0
  for (const file of missing) {
    await download(file, http, (bytes) => {
      stored += bytes
      onProgress?.(Math.min(1, stored / Math.max(1, total)))
    })
  }
  onProgress?.(1)
}

/** What is stored under a name. */
export interface StoredCheckpoint {
  readonly name: string
  /** Of its files, those of which only a part is there among them. */
  readonly bytes: number
  /** Paths of the files that are whole. */
  readonly paths: readonly string[]
}

/**
 * All checkpoints of which something is stored. Works in pages too.
 * @example
 * ```ts shown
 * import { storedCheckpoints } from 'flashworld/browser'
 *
 * for (const { name, bytes } of await storedCheckpoints()) console.log(name, bytes / 1e9, 'GB')
 * ```
 */
export async function storedCheckpoints(): Promise<StoredCheckpoint[]> {
  const root = await navigator.storage.getDirectory()
  const checkpoints = await root.getDirectoryHandle(shelf).catch(unlessMissing)
  const stored: StoredCheckpoint[] = []
  for await (const handle of entriesOf(checkpoints)) {
    if (!isFolder(handle)) continue
    let bytes = 0
    const paths: string[] = []
    for await (const { path, file } of filesIn(handle, '')) {
      bytes += (await file.getFile()).size
      if (!path.endsWith(partSuffix)) paths.push(path)
    }
    stored.push({ name: handle.name, bytes, paths })
  }
  return stored
}

async function* filesIn(
  folder: FileSystemDirectoryHandle,
  prefix: string,
): AsyncGenerator<{ readonly path: string; readonly file: FileSystemFileHandle }> {
  for await (const handle of entriesOf(folder)) {
    const path = prefix + handle.name
    if (isFolder(handle)) yield* filesIn(handle, `${path}/`)
    else yield { path, file: handle }
  }
}

type Entry = FileSystemDirectoryHandle | FileSystemFileHandle

const isFolder = (handle: Entry): handle is FileSystemDirectoryHandle => handle.kind === 'directory'

/** The compiler's types know no folder that is iterated. */
const entriesOf = (folder: FileSystemDirectoryHandle | undefined) =>
  folder
    ? (folder as unknown as { values(): AsyncIterable<Entry> }).values()
    : (async function* (): AsyncGenerator<Entry> {})()

/**
 * Removes a stored checkpoint, or what there is of it.
 * @example
 * ```ts shown
 * import { removeCheckpoint } from 'flashworld/browser'
 *
 * await removeCheckpoint('mini')
 * ```
 */
export async function removeCheckpoint(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory()
  const checkpoints = await root.getDirectoryHandle(shelf, { create: true })
  await checkpoints.removeEntry(name, { recursive: true }).catch(unlessMissing)
}

interface Download extends CheckpointFile {
  readonly folder: FileSystemDirectoryHandle
  readonly remote: RemoteFile
}

async function download(
  { path, sha256: expected, folder, remote }: Download,
  http: HttpOptions,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const part = (await folder.getFileHandle(nameOf(path) + partSuffix, {
    create: true,
  })) as StoredFileHandle
  const file = await openForWriting(part, path)
  let digest: string
  try {
    if (expected === undefined) file.truncate(0)
    const hash = await createSHA256()
    let position = 0
    for (const bytes of contentOf(file)) {
      hash.update(bytes)
      position += bytes.length
    }
    onBytes(position)
    const range = { start: position, end: remote.size ?? Infinity }
    for await (const bytes of streamBytes(remote, range, http)) {
      position += writeAll(file, bytes, position)
      hash.update(bytes)
      onBytes(bytes.length)
    }
    file.flush()
    digest = hash.digest()
  } catch (error) {
    throw isFull(error) ? fullError(path, error) : error
  } finally {
    file.close()
  }
  if (expected !== undefined && digest !== expected.toLowerCase()) {
    await folder.removeEntry(part.name)
    throw new WeightsError(
      'weights/checksum',
      `${path}: expected SHA-256 ${expected}, got ${digest}; what was stored of it is removed`,
    )
  }
  await part.move(nameOf(path))
}

/** What the compiler's types of pages do not know. */
interface StoredFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle?(): Promise<SyncFile>
  move(name: string): Promise<void>
}

interface SyncFile {
  read(into: Uint8Array, options: { at: number }): number
  write(from: Uint8Array, options: { at: number }): number
  truncate(size: number): void
  getSize(): number
  flush(): void
  close(): void
}

async function openForWriting(handle: StoredFileHandle, path: string): Promise<SyncFile> {
  if (!handle.createSyncAccessHandle) {
    throw new WeightsError('weights/storage', `${path}: expected a worker to store it, got a page`)
  }
  try {
    return await handle.createSyncAccessHandle()
  } catch (cause) {
    const message = `${path}: expected a file that nobody writes, got one that another page stores`
    throw new WeightsError('weights/storage', message, { cause })
  }
}

/** Bytes read at once when a download goes on. */
const pieceBytes = 4 * 2 ** 20

function* contentOf(file: SyncFile): Generator<Uint8Array> {
  const piece = new Uint8Array(pieceBytes)
  for (let at = 0; at < file.getSize();) {
    const read = file.read(piece, { at })
    yield piece.subarray(0, read)
    at += read
  }
}

function writeAll(file: SyncFile, bytes: Uint8Array, at: number): number {
  for (let done = 0; done < bytes.length;) {
    done += file.write(bytes.subarray(done), { at: at + done })
  }
  return bytes.length
}

const isFull = (error: unknown) => error instanceof Error && error.name === 'QuotaExceededError'

const fullError = (path: string, cause: unknown) =>
  new WeightsError('weights/storage', `${path}: expected room to store it, got a full disk`, {
    cause,
  })

const nameOf = (path: string) => path.split('/').at(-1)!

/** The folder that a file of a checkpoint lies in; undefined where there is none and none is made. */
async function folderOf(name: string, path: string): Promise<FileSystemDirectoryHandle | undefined>
async function folderOf(
  name: string,
  path: string,
  options: { readonly create: true },
): Promise<FileSystemDirectoryHandle>
async function folderOf(name: string, path: string, options = {}) {
  let folder: FileSystemDirectoryHandle | undefined = await navigator.storage.getDirectory()
  for (const part of [shelf, name, ...path.split('/').slice(0, -1)]) {
    folder = await folder?.getDirectoryHandle(part, options).catch(unlessMissing)
  }
  return folder
}

const fileIn = (folder: FileSystemDirectoryHandle, path: string) =>
  folder.getFileHandle(nameOf(path)).catch(unlessMissing)

const unlessMissing = (error: unknown): undefined => {
  if (!(error instanceof Error && error.name === 'NotFoundError')) throw error
}
