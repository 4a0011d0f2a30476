import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Site } from '../chromium.ts'
import { serveSite } from '../chromium.ts'

const root = new URL('../../', import.meta.url)
const built = new URL('out/static/', root)

/** The static build, as a host of files serves it that knows nothing of it: under a path, without a header. */
export interface StaticSite extends Site {
  /** Of the page. */
  readonly url: string
}

/** @param model a folder in place of the embedded model, whose weights the page then finds where it looks for that */
export async function serveStatic({ model }: { readonly model?: URL } = {}): Promise<StaticSite> {
  const build = fileURLToPath(new URL('scripts/build-static.ts', root))
  await promisify(execFile)(process.execPath, [build, fileURLToPath(built)])
  const under = '/some/where/'
  const ofModel = 'models/mini/'
  const site = await serveSite(async (path) => {
    if (!path.startsWith(under)) throw new Error(`${path} is not of this site`)
    const name = path.slice(under.length) || 'index.html'
    const isOther = model && name.startsWith(ofModel)
    return readFile(isOther ? new URL(name.slice(ofModel.length), model) : new URL(name, built))
  })
  return Object.assign(site, { url: site.origin + under })
}
