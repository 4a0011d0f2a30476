import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { pagePolicy, withInlineScript } from '../../access/headers.ts'
import { ServerError } from '../../errors.ts'
import { jobBudget } from '../../job-budget.ts'
import type { Services } from '../../services.ts'

const pages = new URL('../../../pages/simple/', import.meta.url)

/** What the page takes from packages, by the names that it is served under. Nothing else of them is. */
const fromPackages: Readonly<Record<string, string>> = {
  'three.module.js': 'three',
  'three.core.js': 'three',
  'orbit-controls.js': 'three/addons/controls/OrbitControls.js',
  'pass.js': 'three/addons/postprocessing/Pass.js',
  'spark.module.js': '@sparkjsdev/spark',
  'inter.woff2': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
}

/** Files whose name in their package is not where it resolves to. */
const beside: Readonly<Record<string, string>> = { 'three.core.js': './three.core.js' }

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** The one form of the Gradio editions, for people: a page of its own files, with nothing from elsewhere. */
export const simpleRoutes = ({ options, queue }: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const files = await readFiles()
    const index = files.get('index.html')!
    const helmet = withInlineScript(pagePolicy, moduleMapIn(index.bytes.toString('utf8')))
    const config = { scope: 'none' as const }

    const file = (name: string) => {
      const found = files.get(name)
      if (found) return found
      throw new ServerError('file/unknown', 'there is no such file')
    }

    app.get('/simple', { config, helmet }, async (_, reply) =>
      reply.type(types.html!).send(index.bytes),
    )
    app.get(
      '/simple/:name',
      { config, schema: { params: z.object({ name: z.string().max(64) }) } },
      async ({ headers, params: { name } }, reply) => {
        const { bytes, type, etag } = file(name)
        void reply.header('etag', etag).header('cache-control', 'no-cache').type(type)
        return headers['if-none-match'] === etag ? reply.status(304).send() : reply.send(bytes)
      },
    )

    /** What a scene of so many pixels in all its frames will take, and may take. */
    app.get(
      '/simple/estimate',
      {
        config: { scope: 'read' },
        schema: { querystring: z.object({ pixels: z.coerce.number().int().min(1).max(1e9) }) },
      },
      async ({ query: { pixels } }) => {
        const { secondsPerPixel, counts } = await queue.statistics()
        return {
          seconds: secondsPerPixel && secondsPerPixel * pixels,
          budgetSeconds: jobBudget(options, pixels, secondsPerPixel),
          queued: counts.queued,
        }
      },
    )
  }

async function readFiles() {
  const own = (await readdir(pages)).map((name) => [name, new URL(name, pages)] as const)
  const others = Object.entries(fromPackages).map(([name, specifier]) => {
    const resolved = new URL(import.meta.resolve(specifier))
    return [name, beside[name] ? new URL(beside[name], resolved) : resolved] as const
  })
  const read = [...own, ...others].map(async ([name, url]) => {
    const bytes = await readFile(url)
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    return [name, { bytes, etag, type: types[name.split('.').at(-1)!]! }] as const
  })
  return new Map(await Promise.all(read))
}

/** The map of module names is the only script within the page. */
function moduleMapIn(html: string): string {
  const [, map = ''] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html) ?? []
  return map
}
