import { extname } from 'node:path'
import { pruneByOpacity, writePly, writeSpz } from '@flashworld/splats'
import type { Scene } from 'flashworld'
import { unitScale } from 'flashworld'
import { UsageError } from './command.ts'

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
  if (!writer) throw new UsageError(`${path}: expected a name that ends in ${sceneExtensions.join(' or ')}`)
  return writer
}
