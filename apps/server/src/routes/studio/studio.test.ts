import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Chromium } from '../../../../../test/chromium.ts'
import { launchChromium, missingBrowser } from '../../../../../test/chromium.ts'
import { serveSlow } from '../../../test/serve-slow.ts'
import { sendPolicies } from '../../access/headers.ts'
import type { Encoding, PageFile } from '../page-files.ts'
import { chooseEncoding, compressStart } from '../page-files.ts'
import { studioRoutes } from './routes.ts'

const html = '<!doctype html><title>studio</title>'
const script = 'console.log("the studio")\n'.repeat(1000)

describe('a built page', () => {
  let folder: string
  let app: FastifyInstance

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flashworld-page-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), html)
    await writeFile(join(folder, 'viewer.html'), html.replace('studio', 'viewer'))
    await writeFile(join(folder, 'assets/index-abc.js'), script)
    await writeFile(join(folder, 'assets/inter.woff2'), 'a font')
    await mkdir(join(folder, 'threads'))
    await writeFile(join(folder, 'threads/world-abc.js'), script)
    await writeFile(join(folder, 'secret.txt'), 'not for others')
    app = await serve(folder)
  })
  afterAll(async () => {
    await app.close()
    await rm(folder, { recursive: true })
  })

  test.each(['/', '/app'])(
    'is at %s, asked for anew each time, with nothing inline',
    async (url) => {
      const { statusCode, headers, body } = await app.inject(url)
      expect([statusCode, body]).toEqual([200, html])
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
      })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/https?:|'unsafe-inline'|'unsafe-eval'|script-src[^;]*sha256/)
      const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } })
      expect([again.statusCode, again.body]).toEqual([304, ''])
    },
  )

  test('its viewer opens files of other sites, and stands within them', async () => {
    const { headers, body } = await app.inject('/viewer?url=https://example.org/a.spz')
    expect(body).toContain('viewer')
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/connect-src [^;]*https:/)
    expect(policy).toContain('frame-ancestors *')
    expect(headers['x-frame-options']).toBeUndefined()
    expect(policy).not.toMatch(/script-src[^;]*https:/)
  })

  test('its threads go by a policy of their own: they compute, and read models of other sites', async () => {
    const { statusCode, headers } = await app.inject('/threads/world-abc.js')
    const policy = String(headers['content-security-policy'])
    expect([statusCode, headers['cross-origin-embedder-policy']]).toEqual([200, 'require-corp'])
    expect(policy).toMatch(/connect-src [^;]*'self'[^;]* https:/)
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'(;|$)/)
    expect(policy).toMatch(/worker-src 'self' blob:/)
    // the page itself keeps to its server
    const page = await app.inject('/')
    expect(String(page.headers['content-security-policy'])).not.toContain('https:')
  })

  test('the embedded model lies beside it, whole, and nothing else of that folder’s neighbours', async () => {
    const config = await app.inject({
      url: '/models/mini/transformer/config.json',
      headers: { 'accept-encoding': 'br, gzip' },
    })
    // a browser that asks for a part takes no compressed one: both answers must be of one file
    const part = await app.inject('/models/mini/transformer/config.json')
    expect(config.headers.etag).toBe(part.headers.etag)
    expect([config.statusCode, config.json()]).toMatchObject([
      200,
      { num_layers: expect.any(Number) },
    ])
    const weights = await app.inject({
      url: '/models/mini/model.safetensors',
      headers: { 'accept-encoding': 'br, gzip' },
    })
    expect(weights.rawPayload.length).toBe(Number(weights.headers['content-length']))
    expect(weights.headers['content-encoding']).toBeUndefined()
    for (const path of ['none', '..%2Fexamples%2Frobot.json', '%2e%2e/examples/robot.json', ''])
      expect((await app.inject(`/models/mini/${path}`)).statusCode, path).not.toBe(200)
  })

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('assets are kept for good, compressed as %s', async (encoding, decompress) => {
    const url = '/assets/index-abc.js'
    const { headers, rawPayload } = await app.inject({
      url,
      headers: { 'accept-encoding': encoding },
    })
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': encoding,
      vary: 'accept-encoding',
    })
    expect(decompress(rawPayload).toString()).toBe(script)
    const plain = await app.inject(url)
    expect(plain.body).toBe(script)
    expect(plain.headers.etag).not.toBe(headers.etag)
  })

  test('what is compressed already is sent as it is', async () => {
    const { headers } = await app.inject({
      url: '/assets/inter.woff2',
      headers: { 'accept-encoding': 'br' },
    })
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['content-type']).toBe('font/woff2')
  })

  test.each([
    '/assets/other.js',
    '/assets/..%2fsecret.txt',
    '/assets/../secret.txt',
    '/secret.txt',
  ])('nothing else of the folder is there: %s', async (url) => {
    expect((await app.inject(url)).statusCode).toBeGreaterThanOrEqual(400)
  })
})

test('a page that was not built says how it is', async () => {
  const app = await serve(join(tmpdir(), 'flashworld-no-such-folder'))
  const { statusCode, body } = await app.inject('/')
  expect(statusCode).toBe(503)
  expect(body).toContain('npm run setup')
  await app.close()
})

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['identity', 'identity'],
  [undefined, 'identity'],
])('of %s is chosen %s', (accepted, chosen) => {
  expect(chooseEncoding({ encodings: ['br', 'gzip', 'identity'] }, accepted)).toBe(chosen)
})

test('what a page takes at once is compressed before anybody asks for it, and no picture of it', async () => {
  const made: string[] = []
  const file = (path: string, encodings: Encoding[], text = ''): [string, PageFile] => {
    const bytes = async (encoding: Encoding) => {
      if (encoding !== 'identity') made.push(`${path} ${encoding}`)
      return Buffer.from(text)
    }
    return [path, { type: '', etag: '', encodings, bytes }]
  }
  const every: Encoding[] = ['br', 'gzip', 'identity']
  const text =
    '<link href="./assets/a.css"><script src="./assets/b.js"></script><img src="./assets/c.png">' +
    '<script src="./assets/none.js"></script>'
  const [, index] = file('index.html', every, text)
  const rest = ['assets/a.css', 'assets/b.js', 'assets/later.js'].map((path) => file(path, every))
  await compressStart(index, new Map([...rest, file('assets/c.png', ['identity'])]))
  expect(made).toEqual(['assets/a.css br', 'assets/b.js br'])
})

async function serve(folder: string) {
  const app = Fastify()
  sendPolicies(app)
  await app.register(studioRoutes(pathToFileURL(`${folder}/`)))
  return app
}

describe.skipIf((await missingBrowser()) !== undefined)('in Chromium', () => {
  let chromium: Chromium
  let server: Awaited<ReturnType<typeof serveSlow>>
  const complaints: string[] = []

  beforeAll(async () => {
    const program = new URL('../../../../../scripts/build-studio.ts', import.meta.url)
    await promisify(execFile)(process.execPath, [program.pathname])
    server = await serveSlow()
    chromium = await launchChromium()
  })
  afterAll(async () => {
    await chromium.close()
    await server.stop()
  })
  afterEach(() => {
    complaints.length = 0
  })

  async function open(): Promise<Page> {
    const page = await chromium.context.newPage()
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (entry) => {
      if (entry.type() === 'error') complaints.push(entry.text())
    })
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`))
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(server.url))
        complaints.push(`asked for ${request.url()}`)
    })
    await page.goto(`${server.url}/`)
    return page
  }

  test('the page loads from this server alone, and breaks none of its rules', async () => {
    const page = await open()
    await page.getByRole('heading', { level: 1 }).waitFor()
    // menus and dialogs bring styles of their own
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Keys and help' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Begin with an empty stage' }).click()
    await page.getByRole('application').waitFor()
    await page.waitForFunction(() => document.querySelector('[data-viewport] canvas') !== null)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('what is loaded before the view is small', async () => {
    const page = await chromium.context.newPage()
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    let bytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await page.goto(`${server.url}/`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(bytes).toBeGreaterThan(50_000)
    // pictures and fonts among it
    expect(bytes).toBeLessThan(1e6)
    await page.close()
  })
})
