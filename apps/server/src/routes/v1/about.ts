import { PATH_TEMPLATES } from '@flashworld/camera'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { requestLimits } from 'flashworld'
import { loadFilmEncoder } from 'flashworld/node'
import { sceneFileNames, tierNames } from '../../scene-work/scene-files.ts'
import type { Services } from '../../services.ts'
import { capabilitiesSchema, maxSeeds, modelsSchema, queueSchema } from './schemas.ts'
import { convertFormats, targets } from './uploads.ts'

/** What the server has and can do. */
export const aboutRoutes = ({ queue, defaults, options }: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const film = await loadFilmEncoder().then(
      () => true,
      () => false,
    )

    app.get(
      '/queue',
      {
        config: { scope: 'read' },
        schema: { summary: 'The queue', tags: ['server'], response: { 200: queueSchema } },
      },
      async () => queue.statistics(),
    )

    app.get(
      '/models',
      {
        config: { scope: 'read' },
        schema: { summary: 'The models', tags: ['server'], response: { 200: modelsSchema } },
      },
      async () => {
        const { model, path, lookDown, trained } = defaults
        const [frames, height, width] = defaults.resolution
        const [least, most] = trained.frames
        return {
          models: [
            {
              name: model,
              resolution: [frames, height, width] as [number, number, number],
              path,
              lookDown,
              trained: { frames: [least, most] as [number, number], sizes: [...trained.sizes] },
            },
          ],
        }
      },
    )

    app.get(
      '/capabilities',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'What can be asked for',
          tags: ['server'],
          response: { 200: capabilitiesSchema },
        },
      },
      async () => ({
        model: defaults.model,
        ...requestLimits,
        seeds: maxSeeds,
        templates: PATH_TEMPLATES.map(({ name, summary, unit, amount }) => ({
          name,
          summary,
          unit,
          amount,
        })),
        files: [...sceneFileNames],
        convert: [...convertFormats],
        targets: [...targets],
        tiers: [...tierNames],
        film,
        maxBodyBytes: options.maxBody,
        maxQueuedPerClient: options.maxQueuedPerClient,
        maxRunningPerClient: options.maxRunningPerClient,
        keepSeconds: options.keep,
        budgetSeconds: options.gpuBudget > 0 ? options.gpuBudget : null,
      }),
    )
  }
