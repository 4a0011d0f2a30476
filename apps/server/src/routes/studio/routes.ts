import { pathToFileURL } from 'node:url'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { embeddedModel } from 'flashworld/node'
import { pagePolicy } from '../../access/headers.ts'
import { ServerError } from '../../errors.ts'
import type { PageFile } from '../page-files.ts'
import { compressStart, openPageFolder, readPageFiles, sendPageFile } from '../page-files.ts'
import { threadPolicy, withComponentStyles, withOtherSites } from './policy.ts'

/** The studio as its workspace builds it. */
export const builtStudio = new URL('./', import.meta.resolve('@flashworld/studio/page/index.html'))

/**
 * The studio at `/` and `/app`, and its viewer at `/viewer`, which opens files of other sites and may stand within
 * them; beside it the embedded model, for pages that make worlds themselves. Where it was not built, a page says how it is.
 * @param folder where the built page lies
 */
export const studioRoutes = (folder: URL = builtStudio): FastifyPluginAsync =>
  async function routes(app) {
    const files = await readPageFiles(folder)
    const model = await openPageFolder(pathToFileURL(`${embeddedModel()}/`))
    const [index, viewer] = ['index.html', 'viewer.html'].map((name) => files.get(name))
    app.addHook('onListen', (done) => {
      if (index) void compressStart(index, files)
      done()
    })
    const config = { scope: 'none' as const }
    const policy = withComponentStyles(pagePolicy)

    const sendPage =
      (page: PageFile | undefined) => (request: FastifyRequest, reply: FastifyReply) =>
        page
          ? sendPageFile(page, request, reply.header('cache-control', 'no-cache'))
          : reply.status(503).type('text/html; charset=utf-8').send(notBuilt)

    for (const url of ['/', '/app']) app.get(url, { config, policy }, sendPage(index))
    app.get('/viewer', { config, policy: withOtherSites(policy) }, sendPage(viewer))
    const folders = { assets: {}, threads: { policy: threadPolicy(pagePolicy) } }
    for (const [name, options] of Object.entries(folders)) {
      app.get<InFolder>(`/${name}/*`, { config, ...options }, (request, reply) => {
        const file = known(files.get(`${name}/${request.params['*']}`))
        // its name has its contents' hash
        void reply.header('cache-control', 'public, max-age=31536000, immutable')
        return sendPageFile(file, request, reply)
      })
    }
    app.get<InFolder>('/models/mini/*', { config }, async (request, reply) => {
      const file = known(await model(request.params['*']))
      return sendPageFile(file, request, reply.header('cache-control', 'no-cache'))
    })
  }

interface InFolder {
  Params: { '*': string }
}

/** @throws ServerError `file/unknown` where there is no file */
function known(file: PageFile | undefined): PageFile {
  if (file) return file
  throw new ServerError('file/unknown', 'there is no such file')
}

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>flashworld</title>
<h1>The studio is not built yet</h1>
<p>Run <code>npm run setup</code> in the project's folder, then start the server again.
<p>The <a href="simple">simple page</a> and the <a href="docs">HTTP interface</a> are here meanwhile.
</html>
`
