import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Software WebGL 2, and no traffic but ours. */
const flags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const pageFolder = fileURLToPath(new URL('page/', import.meta.url))
const modulesFolder = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** Why browser tests cannot run here; undefined when they can. With REQUIRE_BROWSER=1 that is an error. */
export async function missingBrowser(): Promise<string | undefined> {
  const found = await access(executablePath).then(
    () => true,
    () => false,
  )
  if (found) return undefined
  const reason = `${executablePath} is not there`
  if (process.env.REQUIRE_BROWSER === '1') throw new Error(`REQUIRE_BROWSER=1, but ${reason}`)
  process.stderr.write(`skipped: ${reason}\n`)
  return reason
}

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
  const server = await serve(files)
  const profile = await mkdtemp(join(tmpdir(), 'flashworld-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: flags,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  await startPage(page, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
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
      await context.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(profile, { recursive: true, force: true })
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

const types: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

async function serve(files: ReadonlyMap<string, Uint8Array>) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://page').pathname))
    void load(path, files).then(
      (bytes) => {
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
        response.end(bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function load(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  if (path === '/') return readFile(join(pageFolder, 'index.html'))
  if (path === '/viewers.mjs') return readFile(join(pageFolder, 'viewers.mjs'))
  return files.get(path.replace(/^\/files\//, '')) ?? readFile(join(modulesFolder, path))
}
