import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'

const folder = new URL('./examples/', import.meta.resolve('@flashworld/mini/package.json'))

/** The example requests in the order of their numbers, which count from 1. Beside each lie its scene and a picture of it. */
const names = [
  'sentence',
  'photograph',
  'tower',
  'snowman',
  'desert',
  'rocket',
  'mushroom',
  'robot',
]

const numberParams = z.object({ number: z.string().regex(/^\d{1,3}$/) })

/**
 * Example requests, whole: `/examples/1.json` with its photograph in it, as the published page fetches them;
 * `/examples/1.spz`, the scene that the embedded model makes of it, its 60 000 most visible Gaussians, each of one
 * colour; and `/examples/1.webp`, a picture of the scene.
 */
export const exampleRoutes = (): FastifyPluginAsyncZod =>
  async function routes(app) {
    const examples = await Promise.all(names.map(readExample))
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
        text: request.text_prompt ?? '',
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
          reply.type(type).send(numbered(number).files[file as BinaryFile]),
      )
    }
  }

/** What lies beside a request, by ending. */
const binaryFiles = { webp: 'image/webp', spz: 'application/octet-stream' } as const

type BinaryFile = keyof typeof binaryFiles

interface ExampleRequest {
  readonly image_prompt: string | null
  readonly text_prompt: string
}

async function readExample(name: string) {
  const request = JSON.parse(
    await readFile(new URL(`${name}.json`, folder), 'utf8'),
  ) as ExampleRequest
  const files = {
    webp: await readFile(new URL(`${name}.webp`, folder)),
    spz: await readFile(new URL(`${name}.spz`, folder)),
  }
  const file = request.image_prompt
  if (file === null) return { request, files }
  const bytes = await readFile(new URL(file, folder))
  const image = `data:image/${extname(file).slice(1)};base64,${bytes.toString('base64')}`
  return { request: { ...request, image_prompt: image }, files }
}
