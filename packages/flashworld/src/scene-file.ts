import type { AnyWriteOptions, Gaussians } from '@flashworld/splats'
import { formatByName, pruneByOpacity, SplatsError } from '@flashworld/splats'
import type { Scene } from './scene.ts'
import { unitScale } from './scene.ts'

/** Every viewer skips alpha below this, so a Gaussian that never reaches it is left out of the files. */
const visibleOpacity = 1 / 255

/** The Gaussians of a scene that its files hold, yet in the model's frame and unit. */
export const visibleGaussians = ({ gaussians }: Pick<Scene, 'gaussians'>): Gaussians =>
  pruneByOpacity(gaussians, visibleOpacity)

/**
 * A scene as a file: what no viewer shows is left out, positions and scales are in the unit of the request's cameras.
 * @param fileName its ending says the format: one of `FORMATS` that has a writer
 * @throws SplatsError `splats/unknown-format`, `splats/unsupported`
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

export const recordEnding = '.scene.json'

/** Where the record of a scene's files is: `house.ply` and `house.compressed.ply` have `house.scene.json`. */
export const recordPath = (path: string): string => splitEnding(path)[0] + recordEnding

/** Where a smaller version of a scene's file is: `house.500k.ply` beside `house.ply`. */
export function tierPath(path: string, limit: number): string {
  const [stem, ending] = splitEnding(path)
  return `${stem}.${tierName(limit)}${ending}`
}

/** A number of Gaussians in a file's name, such as `2m`, `500k`, `1234`. */
export function tierName(limit: number): string {
  if (limit % 1_000_000 === 0) return `${limit / 1_000_000}m`
  return limit % 1_000 === 0 ? `${limit / 1_000}k` : String(limit)
}

/** A path before and from its format's ending; a name that begins with its only dot has none. */
function splitEnding(path: string): readonly [stem: string, ending: string] {
  const at = path.search(/(?<=[^/\\])(\.compressed)?\.[^./\\]*$/i)
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)]
}
