import { createHash } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type {
  ConvertedFile,
  ConvertedManifest,
  ConvertedSource,
  StoredPrecision,
  WeightSource,
} from '@flashworld/models'
import {
  fileChunks,
  isConverted,
  manifestPath,
  openCheckpoint,
  planConversion,
  readManifest,
  writeManifest,
} from '@flashworld/models'
import { FlashWorldError } from '../../errors.ts'
import { folderSource } from '../files.ts'
import { isSystemError, systemReason } from '../system-error.ts'
import type { ConversionThreads } from './conversion-threads.ts'
import { conversionThreads, startConversionThreads } from './conversion-threads.ts'
import { freeBytes } from './disk-space.ts'
import { whileHeld } from './hold.ts'
import type { PublishedFiles } from './published-files.ts'
import { publishedSource } from './published-files.ts'
import type { WorkFolder } from './work-folder.ts'
import { openWorkFolder } from './work-folder.ts'

/** What is converted, into what, and who hears of it. */
export interface ConvertOptions {
  readonly published: PublishedFiles
  /** Where the converted model will stand. */
  readonly folder: string
  readonly precision: StoredPrecision
  /** Files have no more bytes, unless one tensor has; 2 GB when left out. Browsers do well with `browserFileBytes`. */
  readonly fileBytes?: number
  /** That convert beside each other, 0 for none but the caller's; as many as are of use when left out. */
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ConvertProgress) => void
  /** Called once when another process is converting into the same parent folder, whose end is waited for. */
  readonly onWait?: () => void
}

/** How far a conversion is. */
export interface ConvertProgress {
  /** The file that is written, within the folder. */
  readonly path: string
  /** Of all files, those of an earlier run included. */
  readonly doneBytes: number
  readonly totalBytes: number
}

/** What one answer to a browser, or one of its buffers, bears well. */
export const browserFileBytes = 512 * 2 ** 20

const usualFileBytes = 2e9

/** Copied as they are; the last is not read here, and may be missing. */
const copied = [
  'text_encoder/config.json',
  'vae/config.json',
  'transformer/config.json',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  'scheduler/scheduler_config.json',
]

/**
 * Converts the published files once, so that a model loads at the disk's speed: a folder of safetensors with the
 * checkpoint's keys, of what runs and nothing else, as an engine takes it, and a manifest. It is there whole or not at
 * all. What was stopped goes on where it stopped when it is called again; what failed leaves nothing. A folder that is
 * there already and was made of the same files in the same way stays as it is.
 * @throws FlashWorldError `output/exists`, `output/unwritable` (a full disk too); WeightsError; the signal's reason
 * @example
 * ```ts shown
 * import { convertModel, hubSettings, namedFiles, publishedModels } from 'flashworld/node'
 *
 * const model = publishedModels.get('flashworld')!
 * const published = await namedFiles('/models/model.ckpt', model, hubSettings().cache)
 * await convertModel({
 *   published,
 *   folder: '/models/flashworld',
 *   precision: 'int8',
 *   onProgress: ({ doneBytes, totalBytes }) => console.log(doneBytes / totalBytes),
 * })
 * ```
 */
export async function convertModel(options: ConvertOptions): Promise<ConvertedManifest> {
  const folder = resolve(options.folder)
  const parent = dirname(folder)
  try {
    await mkdir(parent, { recursive: true })
    return await whileHeld(join(parent, '.converting'), options, () => convert(folder, options))
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw unwritable(folder, systemReason(cause), cause)
  }
}

async function convert(folder: string, options: ConvertOptions): Promise<ConvertedManifest> {
  const { published, precision, fileBytes = usualFileBytes, signal, onProgress } = options
  const source = publishedSource(published)
  const plan = planConversion(await openCheckpoint(source), { precision, fileBytes })
  let threads: ConversionThreads | undefined
  const converted = plan.files.map((file, index): FileToMake => ({
    path: file.path,
    bytes: file.bytes,
    chunks: () => {
      if (!threads) return fileChunks(file)
      const { head } = file
      // so many that no thread waits for a large one before it
      return fileChunks({ head, makers: threads.makersOf(index, file) }, 2 * threads.count)
    },
  }))
  const files = [...(await copies(source)), ...converted]
  const head = {
    name: published.name,
    precision,
    sources: publications(published),
    layouts: plan.layouts,
  }
  const there = await whatIsThere(folder)
  if (there) {
    if (isSameWork(there, { ...head, files })) return there
    throw new FlashWorldError(
      'output/exists',
      `${folder} is there already, and holds something else`,
    )
  }
  const work = await openWorkFolder(folder, await identityOf(published, { ...head, files }))
  try {
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
    const kept = [...work.finished.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    await checkRoom(folder, totalBytes - kept)
    const { threads: count = conversionThreads(totalBytes - kept) } = options
    if (count) threads = startConversionThreads({ published, precision, fileBytes }, count)
    const made: ConvertedFile[] = []
    let doneBytes = 0
    for (const { path, bytes, chunks } of files) {
      const tell = (count: number) => {
        signal?.throwIfAborted()
        doneBytes += count
        onProgress?.({ path, doneBytes, totalBytes })
      }
      tell(0)
      const finished = work.finished.get(path)
      if (finished) tell(bytes)
      made.push(finished ?? (await work.add(path, counted(chunks(), tell))))
    }
    const manifest = { ...head, files: made }
    await work.add(manifestPath, [new TextEncoder().encode(writeManifest(manifest))])
    await work.finish()
    return manifest
  } catch (error) {
    await discardUnlessStopped(work, signal)
    throw error
  } finally {
    await threads?.close()
  }
}

/** What stopped by request goes on later; there is nothing to gain from what failed. */
async function discardUnlessStopped(work: WorkFolder, signal?: AbortSignal): Promise<void> {
  if (!signal?.aborted) await work.discard().catch(() => {})
}

interface FileToMake {
  readonly path: string
  readonly bytes: number
  chunks(): AsyncIterable<Uint8Array>
}

async function copies(source: WeightSource): Promise<FileToMake[]> {
  const found = await Promise.all(
    copied.map(async (path) => ({ path, bytes: await source.size(path) })),
  )
  return found.flatMap(({ path, bytes }) => {
    if (bytes === undefined) return []
    const chunks = async function* () {
      yield await source.read(path, 0, bytes)
    }
    return [{ path, bytes, chunks }]
  })
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk
    tell(chunk.byteLength)
  }
}

function publications({ files }: PublishedFiles): ConvertedSource[] {
  const all = [...files.values()].flatMap(({ from }) => (from ? [from] : []))
  const byName = new Map(all.map((from) => [`${from.repository} ${from.revision}`, from]))
  return [...byName.values()].map(({ repository, revision }) => ({ repository, revision }))
}

type Work = Omit<ConvertedManifest, 'files'> & {
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}

const described = ({ files, ...head }: Work) =>
  JSON.stringify([head, files.map(({ path, bytes }) => [path, bytes])])

const isSameWork = (a: Work, b: Work): boolean => described(a) === described(b)

/** Of the published files as they are now, and what is made of them. */
async function identityOf({ files }: PublishedFiles, work: Work): Promise<string> {
  const inputs = await Promise.all(
    [...files].map(async ([name, { path, bytes, sha256 }]) => [
      name,
      bytes,
      sha256 ?? [path, (await stat(path)).mtimeMs],
    ]),
  )
  return createHash('sha256')
    .update(JSON.stringify([described(work), inputs]))
    .digest('hex')
}

async function whatIsThere(folder: string): Promise<ConvertedManifest | undefined> {
  if ((await stat(folder).catch(() => undefined)) === undefined) return undefined
  const source = folderSource(folder)
  if (await isConverted(source)) return readManifest(source)
  throw new FlashWorldError(
    'output/exists',
    `${folder} is there already, and is no converted model`,
  )
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(dirname(folder))
  if (bytes <= free) return
  throw unwritable(folder, `it needs ${gigabytes(bytes)}, its disk has ${gigabytes(free)} free`)
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`

const unwritable = (folder: string, reason: string, cause?: unknown) =>
  new FlashWorldError(
    'output/unwritable',
    `cannot write ${basename(folder)} into ${dirname(folder)}: ${reason}`,
    {
      cause,
    },
  )
