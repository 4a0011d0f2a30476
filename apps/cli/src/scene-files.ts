import { basename, extname } from 'node:path'
import { formatByName, pruneByOpacity, writePly, writeSpz } from '@flashworld/splats'
import type { Making, Scene } from 'flashworld'
import { createSceneRecord, unitScale } from 'flashworld'
import { UsageError } from './command.ts'
import { saveFile } from './save.ts'

type SceneWriter = (scene: Scene) => AsyncIterable<Uint8Array>

/** Every viewer skips alpha below this, so a Gaussian that never reaches it is left out of the file. */
const visibleOpacity = 1 / 255

const visible = (scene: Scene) => pruneByOpacity(scene.gaussians, visibleOpacity)

const writers: Readonly<Record<string, SceneWriter>> = {
  '.ply': (scene) => writePly(visible(scene), { scale: unitScale(scene.frame) }),
  '.spz': (scene) => writeSpz(visible(scene), { scale: unitScale(scene.frame) }),
}

export const sceneExtensions = Object.keys(writers)

/** How a scene is written to `path`, by its ending. @throws UsageError */
export function sceneWriter(path: string): SceneWriter {
  const writer = writers[extname(path).toLowerCase()]
  if (!writer)
    throw new UsageError(`${path}: expected a name that ends in ${sceneExtensions.join(' or ')}`)
  return writer
}

export const recordEnding = '.scene.json'

/** Where the record of a scene file is: `house.ply` has `house.scene.json`. */
export const recordPath = (path: string): string =>
  path.slice(0, path.length - extname(path).length) + recordEnding

/** Writes the record beside `path`, a scene's file, as that of all its files. */
export async function saveRecord(
  scenePath: string,
  files: readonly string[],
  making: Omit<Making, 'files'>,
): Promise<WrittenFile> {
  const axes = files.map((file) => [basename(file), { axes: formatByName(file).axes }] as const)
  const record = await createSceneRecord({ ...making, files: Object.fromEntries(axes) })
  const path = recordPath(scenePath)
  return {
    path,
    bytes: await saveFile(path, new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`)),
  }
}

/** A file that a command wrote. */
export interface WrittenFile {
  readonly path: string
  readonly bytes: number
  /** What else there is to say of it. */
  readonly psnr?: number
}
