import type { AnyWriteOptions, Gaussians } from '@flashworld/splats'
import { formatByName, pruneByOpacity, SplatsError } from '@flashworld/splats'
import type { Scene } from './scene.ts'
import { unitScale } from './scene.ts'

/** Every viewer skips alpha below this, so a Gaussian that never reaches it is left out of the files. */
const visibleOpacity = 1 / 255

/**
 * The Gaussians of a scene that its files hold, yet in the model's frame and unit.
 * @example
 * ```ts
 * import { loadFlashWorld, visibleGaussians } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const { scene } = await world.generateScene({ prompt: 'a tree', resolution: [8, 64, 64], seed: 1 })
 * console.log(scene.gaussians.count, visibleGaussians(scene).count)
 * ```
 */
export const visibleGaussians = ({ gaussians }: Pick<Scene, 'gaussians'>): Gaussians =>
  pruneByOpacity(gaussians, visibleOpacity)

/**
 * A scene as a file: what no viewer shows is left out, positions and scales are in the unit of the request's cameras.
 * @param fileName its ending says the format: one of `FORMATS` that has a writer
 * @throws SplatsError `splats/unknown-format`, `splats/unsupported`
 * @example
 * ```ts
 * import { loadFlashWorld, writeScene } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const { scene } = await world.generateScene({ prompt: 'a tree', resolution: [8, 64, 64], seed: 1 })
 * const chunks = await Array.fromAsync(writeScene(scene, 'tree.spz'))
 * const file = new Blob(chunks as BlobPart[])
 * ```
 */
export function writeScene(
  scene: Pick<Scene, 'gaussians' | 'frame'>,
  fileName: string,
  options: Omit<AnyWriteOptions, 'scale'> = {},
): AsyncIterable<Uint8Array> {
  const { name, write } = formatByName(fileName)
  if (!write) {
    throw new SplatsError(
      'splats/unsupported',
      `${fileName}: expected a format that can be written, got ${name}`,
    )
  }
  return write(visibleGaussians(scene), { ...options, scale: unitScale(scene.frame) })
}

/** How a record's file name ends. */
export const recordEnding = '.scene.json'

/**
 * Where the record of a scene's files is: `house.ply` and `house.compressed.ply` have `house.scene.json`.
 * @example
 * ```ts
 * import { recordPath } from 'flashworld'
 *
 * console.log(recordPath('scenes/house.compressed.ply')) // 'scenes/house.scene.json'
 * ```
 */
export const recordPath = (path: string): string => splitEnding(path)[0] + recordEnding

/**
 * Where a smaller version of a scene's file is: `house.500k.ply` beside `house.ply`.
 * @example
 * ```ts
 * import { tierPath } from 'flashworld'
 *
 * console.log(tierPath('house.ply', 100_000)) // 'house.100k.ply'
 * ```
 */
export function tierPath(path: string, limit: number): string {
  const [stem, ending] = splitEnding(path)
  return `${stem}.${tierName(limit)}${ending}`
}

/**
 * A number of Gaussians in a file's name, such as `2m`, `500k`, `1234`.
 * @example
 * ```ts
 * import { tierName } from 'flashworld'
 *
 * console.log(tierName(500_000)) // '500k'
 * ```
 */
export function tierName(limit: number): string {
  if (limit % 1_000_000 === 0) return `${limit / 1_000_000}m`
  return limit % 1_000 === 0 ? `${limit / 1_000}k` : String(limit)
}

/** A path before and from its format's ending; a name that begins with its only dot has none. */
function splitEnding(path: string): readonly [stem: string, ending: string] {
  const at = path.search(/(?<=[^/\\])(\.compressed)?\.[^./\\]*$/i)
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)]
}
