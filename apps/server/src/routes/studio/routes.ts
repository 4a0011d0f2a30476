import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { pagePolicy } from '../../access/headers.ts'
import { ServerError } from '../../errors.ts'
import type { PageFile } from '../page-files.ts'
import { readPageFiles, sendPageFile } from '../page-files.ts'
import { withComponentStyles, withOtherSites } from './policy.ts'

/** The studio as its workspace builds it. */
export const builtStudio = new URL('./', import.meta.resolve('@flashworld/studio/page/index.html'))

/**
 * The studio at `/` and `/app`, and its viewer at `/viewer`, which opens files of other sites and may stand within
 * them. Where it was not built, a page says how it is.
 * @param folder where the built page lies
 */
export const studioRoutes = (folder: URL = builtStudio): FastifyPluginAsync =>
  async function routes(app) {
    const files = await readPageFiles(folder)
    const [index, viewer] = ['index.html', 'viewer.html'].map((name) => files.get(name))
    const config = { scope: 'none' as const }
    const policy = withComponentStyles(pagePolicy)

    const sendPage =
      (page: PageFile | undefined) => (request: FastifyRequest, reply: FastifyReply) =>
        page
          ? sendPageFile(page, request, reply.header('cache-control', 'no-cache'))
          : reply.status(503).type('text/html; charset=utf-8').send(notBuilt)

    for (const url of ['/', '/app']) app.get(url, { config, policy }, sendPage(index))
    app.get('/viewer', { config, policy: withOtherSites(policy) }, sendPage(viewer))
    app.get<{ Params: { '*': string } }>('/assets/*', { config }, (request, reply) => {
      const file = files.get(`assets/${request.params['*']}`)
      if (!file) throw new ServerError('file/unknown', 'there is no such file')
      // its name has its contents' hash
      return sendPageFile(
        file,
        request,
        reply.header('cache-control', 'public, max-age=31536000, immutable'),
      )
    })
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
