import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { SplatsError } from '@flashworld/splats'
import type { Generated, Scene } from '../scene.ts'
import { unitScale } from '../scene.ts'
import { recordPath, tierPath, visibleGaussians } from '../scene-file.ts'
import { createSceneRecord } from '../scene-record.ts'
import { sceneTiers } from '../scene-tiers.ts'
import { checkNew, checkWritable, saveFile } from './save.ts'
import { sceneOutput } from './scene-output.ts'

/** Where a scene goes. */
export interface SceneFiles {
  /** Scene files, of one base name; the ending of each says its format. */
  readonly files: readonly string[]
  /** The scene file that gives the record its name, where it is not the first of the files. */
  readonly recordOf?: string
  /** Numbers of Gaussians of smaller versions of the first file: `house.500k.ply` beside `house.ply`. */
  readonly tiers?: readonly number[]
  /** Writes over files that are there already. */
  readonly force?: boolean
}

/** A file that was written. */
export interface WrittenFile {
  readonly path: string
  readonly bytes: number
  /** In a scene's file. */
  readonly gaussians?: number
  /** How alike the whole scene a smaller version looks, dB. */
  readonly psnr?: number
}

/** Who hears of a scene that is written, and what is written besides. */
export interface SaveOptions {
  readonly signal?: AbortSignal
  /** Hears of what a file does not hold. */
  readonly onNote?: (note: string) => void
  /** Writes further files, before the record, which comes last. */
  readonly extras?: () => AsyncIterable<WrittenFile>
}

/**
 * Checks, before the long work, that a scene can be written.
 * @throws FlashWorldError `output/exists`, `output/unwritable`; SplatsError `splats/unknown-format`
 * @example
 * ```ts
 * import { checkSceneFiles } from 'flashworld/node'
 *
 * await checkSceneFiles({ files: ['scenes/new.spz', 'scenes/new.ply'], tiers: [100_000] })
 * ```
 */
export async function checkSceneFiles({
  files,
  recordOf = files[0]!,
  tiers = [],
  force = false,
}: SceneFiles): Promise<void> {
  for (const file of files) sceneOutput(file)
  const smaller = tiers.map((limit) => tierPath(files[0]!, limit))
  for (const path of [...files, ...smaller, ...[recordOf, ...smaller].map(recordPath)]) {
    await checkWritable(path)
    if (!force) await checkNew(path)
  }
}

/**
 * Writes a scene: its files, smaller versions of it, and last its record, so that a scene with a record is whole. Each
 * file is there whole or not at all. Yields each as it is written.
 * @throws FlashWorldError `output/exists`, `output/unwritable`, `package/missing`; SplatsError; the signal's reason
 * @example
 * ```ts
 * import { loadFlashWorld } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine, saveScene } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const made = await world.generateScene({ prompt: 'a tree', resolution: [8, 64, 64], seed: 1 })
 * for await (const { path } of saveScene(made, { files: ['tree.spz'] })) console.log(path)
 * // tree.spz, tree.scene.json
 * ```
 */
export async function* saveScene(
  generated: Generated,
  where: SceneFiles,
  { extras, ...options }: SaveOptions = {},
): AsyncGenerator<WrittenFile, void, undefined> {
  await checkSceneFiles(where)
  const { files, recordOf = files[0]!, tiers = [] } = where
  const scene = { ...generated.scene, gaussians: visibleGaussians(generated.scene) }
  // that of an earlier scene: it must not stand beside this one's files
  await rm(recordPath(recordOf), { force: true })
  for (const path of files) yield saveGaussians(path, scene, options)
  const smallerOnes = sceneTiers(generated.engine, scene, { limits: tiers, ...options })
  for await (const { limit, gaussians, psnr } of smallerOnes) {
    const smaller = { ...scene, gaussians }
    const path = tierPath(files[0]!, limit)
    yield { ...(await saveGaussians(path, smaller, options)), psnr }
    yield saveRecord(path, [path], { ...generated, scene: smaller })
  }
  if (extras) yield* extras()
  yield saveRecord(recordOf, files, { ...generated, scene })
}

/**
 * The bytes of a scene's file without its record, as `saveScene` writes it.
 * @param fileName its ending says the format
 * @example
 * ```ts
 * import { loadFlashWorld } from 'flashworld'
 * import {
 *   embeddedModel,
 *   folderSource,
 *   nodeImages,
 *   openEngine,
 *   saveFile,
 *   sceneContent,
 * } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const { scene } = await world.generateScene({ prompt: 'a tree', resolution: [8, 64, 64], seed: 1 })
 * await saveFile('another.ply', sceneContent(scene, 'another.ply'))
 * ```
 */
export const sceneContent = (scene: Scene, fileName: string): AsyncIterable<Uint8Array> =>
  contentOf({ ...scene, gaussians: visibleGaussians(scene) }, fileName)

function contentOf(
  { gaussians, frame, cameras }: Scene,
  fileName: string,
  { onNote }: Pick<SaveOptions, 'onNote'> = {},
) {
  return sceneOutput(fileName, { ...(onNote && { onNote }) }).write(gaussians, {
    scale: unitScale(frame),
    camera: cameras[0]!,
  })
}

async function saveGaussians(
  path: string,
  scene: Scene,
  { signal, onNote }: SaveOptions,
): Promise<WrittenFile> {
  const { gaussians } = scene
  const noteOf = onNote && ((note: string) => onNote(`${path}: ${note}`))
  const content = contentOf(scene, path, { ...(noteOf && { onNote: noteOf }) })
  try {
    return { path, bytes: await saveFile(path, content, signal), gaussians: gaussians.count }
  } catch (error) {
    // a scene may have several files: the message says which
    if (error instanceof SplatsError)
      throw new SplatsError(error.code, `${path}: ${error.message}`, { cause: error })
    throw error
  }
}

async function saveRecord(
  scenePath: string,
  files: readonly string[],
  generated: Generated,
): Promise<WrittenFile> {
  const axes = files.map((file) => [basename(file), { axes: sceneOutput(file).axes }] as const)
  const record = createSceneRecord(generated, Object.fromEntries(axes))
  const path = recordPath(scenePath)
  const text = `${JSON.stringify(record, null, 2)}\n`
  return { path, bytes: await saveFile(path, new TextEncoder().encode(text)) }
}
