import { availableParallelism } from 'node:os'
import type { Engine } from '@flashworld/engine'
import type { RequestDefaults, Resolution } from '../known-models.ts'
import { sceneWork } from '../known-models.ts'

/** Operations a second of one CPU thread, half a core, over a whole scene: the embedded model's 131 GFLOP in 2.1 s on two. */
const threadRate = 31e9

/**
 * Seconds that a scene will take, within a factor of two or so; undefined where that is not known, as on GPUs, which
 * differ a hundredfold.
 * @param threads of the CPU; one a core when left out
 * @example
 * ```ts
 * import { checkpointDefaults } from 'flashworld'
 * import { embeddedModel, estimateSeconds, folderSource, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const defaults = await checkpointDefaults(folderSource(embeddedModel()))
 * console.log(estimateSeconds(engine, defaults, [24, 128, 192]), 'seconds, about')
 * ```
 */
export function estimateSeconds(
  engine: Pick<Engine, 'kind'>,
  defaults: Pick<RequestDefaults, 'work'>,
  resolution: Resolution,
  threads = availableParallelism(),
): number | undefined {
  if (engine.kind !== 'wasm') return undefined
  return sceneWork(resolution, defaults) / (threadRate * threads)
}
