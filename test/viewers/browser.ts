import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { launchChromium, serveSite } from '../chromium.ts'

const pageFolder = fileURLToPath(new URL('page/', import.meta.url))
const modulesFolder = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** A fresh browser with a page that our files are served to from the loopback interface. */
export interface Browser {
  readonly context: BrowserContext
  /** What the page may fetch as `/files/NAME`. */
  readonly files: Map<string, Uint8Array>
  /** Calls a function of page/viewers.mjs. */
  call(name: string, argument: object): Promise<unknown>
  close(): Promise<void>
}

export async function openBrowser(): Promise<Browser> {
  const files = new Map<string, Uint8Array>()
  const site = await serveSite((path) => load(path, files))
  const { context, close } = await launchChromium()
  const page = context.pages()[0] ?? (await context.newPage())
  await startPage(page, site.origin)
  return {
    context,
    files,
    call: (name, argument) =>
      page.evaluate(
        ([key, value]) =>
          (globalThis as unknown as { viewers: Record<string, (arg: object) => unknown> }).viewers[
            key
          ]!(value),
        [name, argument] as const,
      ),
    async close() {
      await close()
      await site.close()
    },
  }
}

async function startPage(page: Page, origin: string): Promise<void> {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(origin)
  await page
    .waitForFunction('globalThis.viewers !== undefined', undefined, { timeout: 30_000 })
    .catch((cause: unknown) => {
      throw new Error(`the page did not start: ${complaints.join('; ')}`, { cause })
    })
}

async function load(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  if (path === '/') return readFile(join(pageFolder, 'index.html'))
  if (path === '/viewers.mjs') return readFile(join(pageFolder, 'viewers.mjs'))
  return files.get(path.replace(/^\/files\//, '')) ?? readFile(join(modulesFolder, path))
}
