import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { launchChromium, serveSite } from '../../../../test/chromium.ts'
import type { PageFunctions } from './page/main.ts'

/** The view in Chromium, in a page of its own. */
export interface ViewportPage {
  readonly page: Page
  /** What the page may fetch as `/files/NAME`. */
  readonly files: Map<string, Uint8Array>
  /** Calls a function of page/main.ts. */
  call<Name extends keyof PageFunctions>(
    name: Name,
    ...args: Parameters<PageFunctions[Name]>
  ): Promise<Awaited<ReturnType<PageFunctions[Name]>>>
  close(): Promise<void>
}

export async function openViewport(size = { width: 900, height: 600 }): Promise<ViewportPage> {
  const files = new Map<string, Uint8Array>()
  const bundle = await bundlePage()
  const site = await serveSite(async (path) => {
    const found = bundle.get(path === '/' ? '/index.html' : path) ?? files.get(path.slice(7))
    if (!found) throw new Error(`there is no ${path}`)
    return found
  })
  const { context, close } = await launchChromium()
  const page = context.pages()[0] ?? (await context.newPage())
  await page.setViewportSize(size)
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (entry) => {
    if (entry.type() === 'error') complaints.push(entry.text())
  })
  await page.goto(site.origin)
  await page
    .waitForFunction('globalThis.viewport !== undefined', undefined, { timeout: 30_000 })
    .catch((cause: unknown) => {
      throw new Error(`the page did not start: ${complaints.join('; ')}`, { cause })
    })
  return {
    page,
    files,
    call: (name, ...args) =>
      page.evaluate(
        ([key, values]) => {
          type Call = (...values: readonly unknown[]) => never
          return (globalThis as unknown as { viewport: Record<string, Call> }).viewport[key]!(
            ...values,
          )
        },
        [name, args] as const,
      ),
    async close() {
      await close()
      await site.close()
      if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('; ')}`)
    },
  }
}

/** The page's files by path, bundled as the studio's are. */
async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const bundle = await build({
    root: fileURLToPath(new URL('page/', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 8192 },
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
