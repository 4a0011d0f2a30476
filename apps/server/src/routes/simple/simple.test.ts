import { readFile } from 'node:fs/promises'
import { readSpz } from '@flashworld/splats'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chromium } from '../../../../../test/chromium.ts'
import { launchChromium, missingBrowser } from '../../../../../test/chromium.ts'
import { serveSlow } from '../../../test/serve-slow.ts'

type Server = Awaited<ReturnType<typeof serveSlow>>
let server: Server

beforeAll(async () => {
  server = await serveSlow()
})
afterAll(() => server.stop())

test('everything of the page comes from the server, and nothing else does', async () => {
  const page = await fetch(`${server.url}/simple`)
  const html = await page.text()
  const policy = page.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|unsafe-inline|'unsafe-eval'/)
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"|: "(\/simple\/[^"]+)"/g)]
  for (const [, link, mapped] of links) {
    const path = link ?? mapped!
    expect(path).toMatch(/^\/[a-z]/)
    expect((await fetch(server.url + path)).status).toBe(200)
  }
})

test.each(['..%2fpackage.json', 'simple.js%00', 'package.json', 'constructor'])(
  'no file of the page is called %s',
  async (name) => {
    expect((await fetch(`${server.url}/simple/${name}`)).status).toBe(404)
  },
)

test('examples are whole requests, with pictures; the published page can fetch them', async () => {
  const { examples } = await (await fetch(`${server.url}/examples`)).json()
  expect(examples.length).toBe(8)
  for (const { request, picture, world } of examples) {
    const example = await (await fetch(server.url + request)).json()
    expect(example).toMatchObject({ image_index: 0, resolution: [12, 128, 192] })
    expect(example.cameras.length).toBeGreaterThanOrEqual(2)
    expect(example.image_prompt ?? 'data:image/png;base64,').toMatch(/^data:image\/png;base64,/)
    const answer = await fetch(server.url + picture)
    expect(answer.headers.get('content-type')).toBe('image/webp')
    const scene = await readSpz(
      new Uint8Array(await (await fetch(server.url + world)).arrayBuffer()),
    )
    expect(scene.gaussians.count).toBe(60_000)
    const made = await fetch(`${server.url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(example),
    })
    expect(made.status).toBe(202)
  }
  expect((await fetch(`${server.url}/examples/99.json`)).status).toBe(404)
  expect((await fetch(`${server.url}/examples/0.json`)).status).toBe(404)
})

describe.skipIf((await missingBrowser()) !== undefined)('in Chromium', () => {
  let chromium: Chromium

  beforeAll(async () => {
    chromium = await launchChromium()
  })
  afterAll(() => chromium.close())

  /** The page, ready, and what it complained of or asked of others. */
  async function open(at = server) {
    const page = await chromium.context.newPage()
    const problems: string[] = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => {
      if (/Content Security Policy|blocked/i.test(message.text())) problems.push(message.text())
    })
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(at.url) && !/^(blob|data):/.test(url)) problems.push(url)
    })
    await page.goto(`${at.url}/simple`)
    return { page, problems }
  }

  const ready = (page: Page) => page.waitForSelector('body[data-ready]')
  const state = (page: Page, name: string) => page.waitForSelector(`body[data-state=${name}]`)

  test('a scene by the form: progress with pictures, the viewer, the download', async () => {
    const { page, problems } = await open()
    await ready(page)
    await page.getByLabel('Sentence').fill('wait 300 <img src=x onerror=alert(1)>')
    await page.getByLabel('Frames').fill('8')
    await page.getByLabel('Download as').selectOption('spz')
    await page.getByText('budget 10 min').waitFor()
    await page.getByRole('button', { name: 'Generate scene' }).click()
    await state(page, 'busy')
    await page.locator('#steps img').first().waitFor()
    await page.getByText(/step \d of 4/).waitFor()
    await state(page, 'done')
    await page.getByText('2 Gaussians').waitFor()
    expect(await page.locator('#result-title').innerText()).toContain('<img src=x')
    await page.waitForFunction(() => document.querySelector<HTMLElement>('#still')!.hidden)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download SPZ' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/\.spz$/)
    const bytes = await readFile(await download.path())
    expect(bytes.subarray(0, 2).toString('hex')).toBe('1f8b')
    expect(problems).toEqual([])
    await page.close()
  })

  test('cancel, failure and mistakes each say what is next', async () => {
    const { page, problems } = await open()
    await ready(page)
    const generate = page.getByRole('button', { name: 'Generate scene' })
    await generate.click()
    expect(await page.getByRole('alert').innerText()).toContain('Write a sentence')
    expect(await page.getByLabel('Sentence').getAttribute('aria-invalid')).toBe('true')

    await page.getByLabel('Sentence').fill('wait 5000')
    await generate.click()
    await page.getByText(/step 1 of 4/).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await state(page, 'empty')

    await page.getByLabel('Sentence').fill('fail')
    await generate.click()
    await state(page, 'failed')
    await page.getByText('this one fails').waitFor()

    await page.getByLabel('Cameras (JSON)').check()
    await page.getByLabel('Cameras as JSON').fill('[')
    await generate.click()
    await page.getByText('The cameras are no JSON').waitFor()
    await page.getByRole('button', { name: 'Fill in an example' }).click()
    await page.getByLabel('Sentence').fill('a house')
    await generate.click()
    await state(page, 'done')
    expect(problems).toEqual([])
    await page.close()
  })

  test('an example fills the form; a photograph comes by its picker and goes', async () => {
    const { page, problems } = await open()
    await ready(page)
    await page.getByRole('button', { name: 'from a photograph' }).click()
    await page.getByAltText('The photograph').waitFor()
    expect(await page.getByLabel('Cameras as JSON').inputValue()).toContain('508.7808')
    await page.getByRole('button', { name: 'Remove the photograph' }).click()
    await page.locator('#photograph').setInputFiles('assets/examples/photograph.png')
    await page.getByText('photograph.png').waitFor()
    await page.getByLabel('seen from frame').fill('13')
    await page.getByRole('button', { name: 'Generate scene' }).click()
    await page.getByText('seen from frame 1 to 12').waitFor()
    await page.getByLabel('seen from frame').fill('12')
    await page.getByRole('button', { name: 'Generate scene' }).click()
    await state(page, 'done')
    expect(problems).toEqual([])
    await page.close()
  })

  test('a guarded server is asked with the token that the page asks for', async () => {
    const guarded = await serveSlow({ token: 'secret-of-the-operator' })
    try {
      const { page } = await open(guarded)
      await page.getByRole('textbox', { name: 'Token' }).fill('secret-of-the-operator')
      await page.getByRole('button', { name: 'Continue' }).click()
      await ready(page)
      await page.getByLabel('Sentence').fill('a house')
      await page.getByRole('button', { name: 'Generate scene' }).click()
      await state(page, 'done')
      expect(page.url()).not.toContain('secret')
      await page.close()
    } finally {
      await guarded.stop()
    }
  })
})
