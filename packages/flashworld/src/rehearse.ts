import { templatePath } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import { encodeText } from '@flashworld/models'
import { contributions } from '@flashworld/raster'
import type { Model, ModelOptions } from './model.ts'
import { seededDraws } from './draws.ts'
import type { Resolution } from './known-models.ts'
import { defaultsOf, keepsPicture } from './known-models.ts'
import { uploadCamera } from './render-views.ts'
import { sample } from './sampler.ts'

/** A scene of the model's usual size or of this one. */
export type RehearsedScene = 'usual' | Resolution

/** One of a few tokens and one of some more: kernels differ by that. */
const sentences = ['a house', 'a red house beside a green tree on snow at sunset']

/**
 * Whole scenes of sentences.
 * @example
 * ```ts
 * import { embeddedModel, folderSource, openEngine } from 'flashworld/node'
 * import { loadModel, rehearsalOf } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * const rehearse = rehearsalOf('usual')
 * using model = await loadModel({ engine, source: folderSource(embeddedModel()), rehearse })
 * ```
 */
export const rehearsalOf =
  (scene: RehearsedScene): NonNullable<ModelOptions['rehearse']> =>
  async (engine, model) => {
    for (const sentence of sentences) await rehearse(engine, model, { sentence, scene })
  }

/** All that the engine does for a scene. */
export async function rehearse(
  engine: Engine,
  model: Model,
  { sentence = sentences[1]!, scene }: { sentence?: string; scene: RehearsedScene },
): Promise<void> {
  const { config } = model.transformer
  const { path, resolution } = defaultsOf(config, '')
  const [count, height, width] = scene === 'usual' ? resolution : scene
  const size = { height, width }
  const cameras = templatePath(path, { count, size })
  await engine.scope(async (engine) => {
    const { gaussians } = await sample(engine, model, {
      embeds: await encodeText(engine, model.textEncoder, model.tokenize(sentence)),
      cameras,
      ...size,
      draws: seededDraws(0),
    })
    if (!keepsPicture(config)) return
    contributions(engine, gaussians, uploadCamera(engine, cameras[0]!, size), size)
  })
}
