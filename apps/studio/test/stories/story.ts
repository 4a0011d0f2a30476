import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Chromium } from '../../../../test/chromium.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Where pictures of the states are put. */
const pictures = join(root, 'apps/studio/out/stories')

/** Builds the page unless it is as its sources are. */
export const buildStudio = () =>
  promisify(execFile)(process.execPath, [join(root, 'scripts/build-studio.ts')])

/** A software renderer and a model on a CPU take their time. */
export const patience = 60_000

/** Somebody at the studio. */
export interface Story {
  readonly page: Page
  /** What the browser complained of. */
  readonly problems: readonly string[]
  button(name: string | RegExp): Locator
  /** Past the first page, with a sentence, without the tour. */
  begin(sentence: string): Promise<void>
  /** Asks for the world and waits until it stands in the view. */
  generate(): Promise<void>
  /** A picture of what is seen. */
  shoot(name: string): Promise<void>
  /** Rules of accessibility that are broken, each with where. */
  violations(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface Visitor extends Pick<
  BrowserContextOptions,
  'viewport' | 'hasTouch' | 'isMobile' | 'colorScheme' | 'locale'
> {
  /** The page's address with what is behind it. */
  readonly url: string
}

/** Opens the studio as somebody who was never there. */
export async function visit({ context }: Chromium, { url, ...how }: Visitor): Promise<Story> {
  const own = await context.browser()!.newContext({ acceptDownloads: true, ...how })
  own.setDefaultTimeout(patience)
  const page = await own.newPage()
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (entry) => {
    if (/Content Security Policy/.test(entry.text())) problems.push(entry.text())
  })
  await page.goto(url)
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).first()
  return {
    page,
    problems,
    button,
    async begin(sentence) {
      await page.getByRole('textbox').first().fill(sentence)
      await button('Plan the path').click()
      await button('Skip the tour').click()
      await page.locator('[data-viewport] canvas').first().waitFor()
    },
    async generate() {
      await button(/^Generate world/).click()
      await page.locator('section[data-phase]').waitFor()
      await page.locator('section[data-phase]').waitFor({ state: 'detached' })
      await page
        .getByText(/splats/)
        .first()
        .waitFor()
    },
    async shoot(name) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}.png`) })
    },
    async violations() {
      await page.evaluate(await axe())
      const { violations } = await page.evaluate<{
        violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[]
      }>('axe.run(document, { resultTypes: ["violations"] })')
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
      )
    },
    async close() {
      await own.close()
      expect(problems).toEqual([])
    },
  }
}

let source: Promise<string> | undefined
const axe = () =>
  (source ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
