import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chromium, Site } from '../../../test/chromium.ts'
import { launchChromium, missingBrowser, serveSite } from '../../../test/chromium.ts'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf((await missingBrowser()) !== undefined)('the page, to everybody', () => {
  let chromium: Chromium
  let site: Site

  beforeAll(async () => {
    const root = new URL('../../../', import.meta.url)
    await promisify(execFile)(process.execPath, [new URL('scripts/build-studio.ts', root).pathname])
    site = await serveSite(async (path) =>
      readFile(new URL(`apps/studio/dist${path === '/' ? '/index.html' : path}`, root)),
    )
    chromium = await launchChromium()
  })
  afterAll(async () => {
    await chromium.close()
    await site.close()
  })

  async function open(theme: 'light' | 'dark', language: 'en' | 'zh'): Promise<Page> {
    const page = await chromium.context.newPage()
    await page.addInitScript(
      (preferences) => {
        localStorage.setItem('flashworld.preferences', JSON.stringify(preferences))
      },
      { theme, language, toured: true },
    )
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(site.origin)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return page
  }

  /** What axe finds, as rule and element. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe)
    return page.evaluate(async () => {
      type Axe = { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      const { violations: found } = await (globalThis as unknown as { axe: Axe }).axe.run()
      return found.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
      )
    })
  }

  test.each([
    ['light', 'en'],
    ['dark', 'zh'],
  ] as const)('axe finds nothing in %s, %s', async (theme, language) => {
    const page = await open(theme, language)
    expect(await page.evaluate(() => document.documentElement.lang)).toMatch(language)
    expect(await violations(page)).toEqual([])
    const blank = { en: 'Begin with an empty stage', zh: '从空白舞台开始' }[language]
    await page.getByRole('button', { name: blank }).click()
    await page.getByRole('application').waitFor()
    expect(await violations(page)).toEqual([])
    await page.close()
  })
})
