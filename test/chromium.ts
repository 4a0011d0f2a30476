import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** No traffic but ours. */
const flags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** WebGL 2 and WebGPU, by software or by the machine's GPU. */
const graphics = {
  software: [
    '--use-angle=swiftshader-webgl', // one that puts pages together, too, takes half as long again
    '--enable-unsafe-swiftshader',
    '--use-webgpu-adapter=swiftshader',
    '--disable-gpu-watchdog', // a software device may take long over a pipeline
  ],
  hardware: ['--use-angle=vulkan', '--enable-features=Vulkan', '--ignore-gpu-blocklist'],
} as const

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

/** Chromium with a fresh profile. */
export interface Chromium {
  readonly context: BrowserContext
  close(): Promise<void>
}

/** @param more flags beside the usual ones */
export async function launchChromium(
  more: readonly string[] = [],
  by: keyof typeof graphics = 'software',
): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'flashworld-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...flags, ...graphics[by], ...more],
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

/** What a site serves; `Load` rejects for what there is not. */
export type Load = (path: string) => Promise<Uint8Array>

export interface SiteOptions {
  /** Pages that may share memory between threads. */
  readonly isolated?: boolean
  /** Paths of which half is sent, and then nothing more: whoever waits must give up. */
  readonly held?: ReadonlySet<string>
}

/** A server on the loopback interface that gives files, whole and in ranges. */
export interface Site {
  readonly origin: string
  /** Bytes of bodies that were sent so far. */
  readonly sentBytes: number
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

/** The headers of a cross-origin isolated page. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export async function serveSite(
  load: Load,
  { isolated = false, held = new Set() }: SiteOptions = {},
): Promise<Site> {
  let sentBytes = 0
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://page').pathname))
    void load(path).then(
      (bytes) => {
        const [start, end] = wantedRange(request.headers.range, bytes.length)
        const headers = {
          'content-type': types[extname(path)] ?? 'application/octet-stream',
          'content-length': end - start,
          ...(request.headers.range && {
            'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
          }),
          ...(isolated && isolation),
        }
        response.writeHead(request.headers.range ? 206 : 200, headers)
        const sent = held.has(path) ? Math.ceil((start + end) / 2) : end
        sentBytes += sent - start
        response.write(bytes.subarray(start, sent))
        if (sent === end) response.end()
      },
      () => response.writeHead(404, isolated ? isolation : {}).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get sentBytes() {
      return sentBytes
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** First byte and the one behind the last of what a `Range` header asks for. */
function wantedRange(header: string | undefined, length: number): readonly [number, number] {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '')
  if (!match) return [0, length]
  return [Number(match[1]), match[2] ? Math.min(length, Number(match[2]) + 1) : length]
}
