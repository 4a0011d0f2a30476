import { templatePath } from '@flashworld/camera'
import type { ModelOptions } from './model.ts'
import { seededDraws } from './draws.ts'
import type { Resolution } from './known-models.ts'
import { defaultsOf } from './known-models.ts'
import { sample } from './sampler.ts'

/** One of a few tokens and one of some more: kernels differ by that. */
const sentences = ['a house', 'a red house beside a green tree on snow at sunset']

/** Whole scenes of sentences, of the model's usual size or of this one. */
export const rehearsalOf =
  (scene: 'usual' | Resolution): NonNullable<ModelOptions['rehearse']> =>
  async (engine, model) => {
    const { path, resolution } = defaultsOf(model.transformer.config, '')
    const [count, height, width] = scene === 'usual' ? resolution : scene
    for (const sentence of sentences)
      await sample(engine, model, {
        embeds: await model.encodeText(engine, model.tokenize(sentence)),
        cameras: templatePath(path, { count, size: { height, width } }),
        height,
        width,
        draws: seededDraws(0),
      })
  }
