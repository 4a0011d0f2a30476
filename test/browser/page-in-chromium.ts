import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Load, Site } from '../chromium.ts'
import { launchChromium, serveSite } from '../chromium.ts'
import type { PageFunctions } from './page/main.ts'

const pageFolder = fileURLToPath(new URL('page/', import.meta.url))
const goldens = new URL('../goldens/', import.meta.url)

/** Our page in Chromium: with a site on which pages may share memory, and one on which they may not. */
export interface PageInChromium {
  /** What the page may fetch as `/files/NAME`. */
  readonly files: Map<string, Uint8Array>
  /** Paths of which only half is sent. */
  readonly held: Set<string>
  readonly site: Site
  /** How many workers there are, those of workers too, as Chromium has them: of the latter Playwright may miss the end. */
  workers(): Promise<number>
  /** Calls a function of page/main.ts on a page of a site. */
  call<Name extends keyof PageFunctions>(
    name: Name,
    args: Parameters<PageFunctions[Name]>,
    where?: 'isolated' | 'plain',
  ): Promise<Awaited<ReturnType<PageFunctions[Name]>>>
  close(): Promise<void>
}

export async function openPage(): Promise<PageInChromium> {
  const files = new Map<string, Uint8Array>()
  const held = new Set<string>()
  const bundle = await bundlePage()
  const load: Load = async (path) =>
    bundle.get(path === '/' ? '/index.html' : path) ??
    files.get(path.replace(/^\/files\//, '')) ??
    readFile(new URL(`.${path}`, goldens))
  const { context, close } = await launchChromium()
  const open = async (isolated: boolean) => {
    const site = await serveSite(load, { isolated, held })
    const page = await context.newPage()
    await page.goto(site.origin)
    await page.waitForFunction('globalThis.flashworld !== undefined')
    return { site, page }
  }
  const [isolated, plain] = [await open(true), await open(false)]
  const targets = await context.newCDPSession(isolated.page)
  return {
    files,
    held,
    site: isolated.site,
    async workers() {
      const { targetInfos } = await targets.send('Target.getTargets')
      return targetInfos.filter(({ type }) => type === 'worker').length
    },
    call: (name, args, where = 'isolated') =>
      (where === 'isolated' ? isolated : plain).page.evaluate(
        ([key, values]) => {
          type Call = (...values: readonly unknown[]) => never
          return (globalThis as unknown as { flashworld: Record<string, Call> }).flashworld[key]!(
            ...values,
          )
        },
        [name, args] as const,
      ),
    async close() {
      await close()
      await Promise.all([isolated.site.close(), plain.site.close()])
    },
  }
}

/** Files of the page by path, bundled as a user of the library would bundle them. */
async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const bundle = await build({
    root: pageFolder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'esnext' },
    worker: { format: 'es' },
  })
  if (!('output' in bundle)) throw new Error('expected one bundle')
  return new Map(
    bundle.output.map((file) => {
      const content = file.type === 'chunk' ? file.code : file.source
      return [`/${file.fileName}`, Buffer.from(content)] as const
    }),
  )
}
