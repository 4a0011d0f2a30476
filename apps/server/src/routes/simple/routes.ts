import { readdir } from 'node:fs/promises'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { pagePolicy, withInlineScript } from '../../access/headers.ts'
import { ServerError } from '../../errors.ts'
import { jobBudget } from '../../job-budget.ts'
import type { Services } from '../../services.ts'
import type { PageFile } from '../page-files.ts'
import { readPageFile, sendPageFile } from '../page-files.ts'

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

/** The one form of the Gradio editions, for people: a page of its own files, with nothing from elsewhere. */
export const simpleRoutes = ({ options, queue }: Services): FastifyPluginAsyncZod =>
  async function routes(app) {
    const files = await readFiles()
    const index = files.get('index.html')!
    const html = await index.bytes('identity')
    const policy = withInlineScript(pagePolicy, moduleMapIn(html.toString('utf8')))
    const config = { scope: 'none' as const }

    const file = (name: string) => {
      const found = files.get(name)
      if (found) return found
      throw new ServerError('file/unknown', 'there is no such file')
    }

    app.get('/simple', { config, policy }, (request, reply) => sendPageFile(index, request, reply))
    app.get(
      '/simple/:name',
      { config, schema: { params: z.object({ name: z.string().max(64) }) } },
      (request, reply) =>
        sendPageFile(file(request.params.name), request, reply.header('cache-control', 'no-cache')),
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
  const files = new Map<string, PageFile>()
  for (const [name, url] of [...own, ...others]) files.set(name, await readPageFile(url, name))
  return files
}

/** The map of module names is the only script within the page. */
function moduleMapIn(html: string): string {
  const [, map = ''] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html) ?? []
  return map
}
