import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import type { ExampleFile } from './read-examples.ts'
import { readExamples } from './read-examples.ts'

const numberParams = z.object({ number: z.string().regex(/^\d{1,3}$/) })

/**
 * Example requests, whole: `/examples/1.json` with its photograph in it, as the published page fetches them;
 * `/examples/1.spz`, the scene that the embedded model makes of it, its 60 000 most visible Gaussians, each of one
 * colour; and `/examples/1.webp`, a picture of the scene.
 */
export const exampleRoutes = (): FastifyPluginAsyncZod =>
  async function routes(app) {
    const examples = await readExamples()
    const config = { scope: 'none' as const }

    const numbered = (number: string) => {
      const example = examples[Number(number) - 1]
      if (example) return example
      throw new ServerError('file/unknown', 'there is no such example')
    }

    app.get('/examples', { config }, async () => ({
      examples: examples.map(({ request }, i) => ({
        request: `/examples/${i + 1}.json`,
        picture: `/examples/${i + 1}.webp`,
        world: `/examples/${i + 1}.spz`,
        text: request.text_prompt,
      })),
    }))
    app.get(
      '/examples/:number.json',
      { config, schema: { params: numberParams } },
      async ({ params: { number } }) => numbered(number).request,
    )
    for (const [file, type] of Object.entries(binaryFiles)) {
      app.get(
        `/examples/:number.${file}`,
        { config, schema: { params: numberParams } },
        async ({ params: { number } }, reply) =>
          reply.type(type).send(numbered(number).files[file as ExampleFile]),
      )
    }
  }

/** What lies beside a request, by ending. */
const binaryFiles = { webp: 'image/webp', spz: 'application/octet-stream' } as const
