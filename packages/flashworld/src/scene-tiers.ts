import type { Engine } from '@flashworld/engine'
import type { Gaussians } from '@flashworld/splats'
import { keepMostImportant } from '@flashworld/splats'
import { psnrOfAll } from './image-metrics.ts'
import { measureContributions, renderViews } from './render-views.ts'
import type { Scene } from './scene.ts'

/** A scene with fewer Gaussians. */
export interface SceneTier {
  readonly limit: number
  readonly gaussians: Gaussians
  /** How alike the whole scene it looks from the generation's cameras, dB over all their pixels. */
  readonly psnr: number
}

/**
 * Smaller versions of a scene: of each, the Gaussians that show most in the generation's own views are kept.
 * Limits that the scene does not exceed give no tier.
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * import { loadFlashWorld, sceneTiers } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const { scene } = await world.generateScene({ prompt: 'a tree', resolution: [8, 64, 64], seed: 1 })
 * for await (const { limit, psnr } of sceneTiers(engine, scene, { limits: [2000] }))
 *   console.log(limit, 'Gaussians look like all of them to', psnr, 'dB')
 * ```
 */
export async function* sceneTiers(
  engine: Engine,
  { gaussians, cameras, resolution: [, height, width] }: Scene,
  { limits, signal }: { readonly limits: readonly number[]; readonly signal?: AbortSignal },
): AsyncGenerator<SceneTier, void, undefined> {
  const smaller = limits.filter((limit) => limit < gaussians.count)
  if (smaller.length === 0) return
  const size = { width, height, ...(signal && { signal }) }
  const whole = await renderViews(engine, gaussians, cameras, size)
  const contributions = await measureContributions(engine, gaussians, cameras, size)
  for (const limit of smaller) {
    const kept = keepMostImportant(gaussians, contributions, limit)
    const views = await renderViews(engine, kept, cameras, size)
    yield { limit, gaussians: kept, psnr: psnrOfAll(whole, views) }
  }
}
