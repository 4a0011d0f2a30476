import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, onTestFinished } from 'vitest'
import type { Chromium } from '../../../../test/chromium.ts'
import type { Preferences } from '../../src/app/preferences.ts'
import type { Words } from '../../src/words/words.ts'
import { wordsOf } from '../../src/words/words.ts'

/** Where pictures of the states are put. */
const pictures = fileURLToPath(new URL('../../out/stories/', import.meta.url))

/** Milliseconds that a page has for what it does: a software renderer and a model on a CPU take their time. */
export const patience = 60_000

export const laptop = { viewport: { width: 1024, height: 640 } }
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** A file as it is dropped, or saved. */
export interface StoryFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Somebody at the studio. */
export interface Story {
  readonly page: Page
  /** What the page says, in the visitor's language. */
  readonly words: Words
  /** The first of those that are so called. */
  button(name: string | RegExp): Locator
  readonly dialog: Locator
  /** The card on the picture that tells of a world in the making. */
  readonly card: Locator
  /** Presses the big button and waits until the world is there. */
  generate(): Promise<void>
  /** Waits until a world is seen in the view, which is dark without one. */
  seesWorld(): Promise<void>
  /** Chooses of a list that is closed. */
  choose(list: string, entry: string | RegExp): Promise<void>
  /** Chooses of the menu that a button opens. */
  pick(menu: string, entry: string): Promise<void>
  /** Lets files fall onto the page. */
  drop(...files: readonly StoryFile[]): Promise<void>
  /** What the browser saves when something is done. */
  saved(act: () => Promise<unknown>): Promise<StoryFile>
  /** A picture of what is seen. */
  shoot(name: string): Promise<void>
  /** No rule of accessibility is broken. */
  isAccessible(state: string): Promise<void>
  close(): Promise<void>
}

export interface Visitor
  extends Pick<BrowserContextOptions, 'viewport' | 'hasTouch' | 'isMobile'>, Partial<Preferences> {
  /** The whole address. */
  readonly url: string
}

/** Waits until a view, which is dark without a world, shows one. */
export async function worldIsSeenIn(view: Locator): Promise<void> {
  const brightness = async () => {
    const { channels } = await sharp(await view.screenshot()).stats()
    return Math.max(...channels.slice(0, 3).map(({ mean }) => mean))
  }
  await expect.poll(brightness, { timeout: patience, interval: 500 }).toBeGreaterThan(40)
}

/** Opens a page in a browser that was never there; the tour is known, unless it is wished for. */
export async function visit({ context }: Chromium, visitor: Visitor): Promise<Story> {
  const { url, theme = 'dark', language = 'en', toured = true, ...how } = visitor
  const own = await context.browser()!.newContext({
    acceptDownloads: true,
    reducedMotion: 'reduce',
    locale: language === 'zh' ? 'zh-CN' : 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...how,
  })
  own.setDefaultTimeout(patience)
  await own.addInitScript(
    (preferences) => {
      // a frame within another site's page may store nothing
      if (self !== top) return
      localStorage.setItem('flashworld.preferences', JSON.stringify(preferences))
    },
    { theme, language, toured },
  )
  const page = await own.newPage()
  const problems: string[] = []
  own.on('weberror', (thrown) => {
    const error = thrown.error()
    problems.push(error.stack || error.message)
  })
  own.on('console', (entry) => {
    if (/Content Security Policy/.test(entry.text())) problems.push(entry.text())
  })
  const shoot = async (name: string) => {
    await mkdir(pictures, { recursive: true })
    await page.screenshot({ path: join(pictures, `${name}.png`) })
  }
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await shoot(`failed-${task.name.replace(/\W+/g, '-').slice(0, 60)}`).catch(() => undefined)
    }
    await own.close()
  })
  await page.goto(url)
  const words = wordsOf[language]
  const splats = words.app.readout.splats('').trim()
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).first()
  const card = page.locator('section[data-phase]')
  return {
    page,
    words,
    button,
    card,
    dialog: page.getByRole('dialog'),
    async generate() {
      await button(new RegExp(`^${words.generation.generate}`)).click()
      await card.waitFor()
      await card.waitFor({ state: 'detached' })
    },
    async seesWorld() {
      await page.getByText(splats).first().waitFor()
      await worldIsSeenIn(page.locator('[data-viewport]'))
    },
    async choose(list, entry) {
      await page.getByRole('button', { name: new RegExp(`${list}$`) }).click()
      await page.getByRole('option', { name: entry }).click()
    },
    async pick(menu, entry) {
      await button(menu).click()
      await page
        .getByRole('menuitem', { name: entry })
        .or(page.getByRole('menuitemradio', { name: entry }))
        .click()
    },
    async drop(...files) {
      const transfer = await page.evaluateHandle(
        (dropped) => {
          const made = new DataTransfer()
          for (const { name, base64 } of dropped) {
            const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
            made.items.add(new File([bytes], name))
          }
          return made
        },
        files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
      )
      await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
    },
    async saved(act) {
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: 2 * patience }),
        act(),
      ])
      const bytes = new Uint8Array(await readFile(await download.path()))
      return { name: download.suggestedFilename(), bytes }
    },
    shoot,
    async isAccessible(state) {
      await page.evaluate(await axe())
      type Found = { id: string; nodes: { target: string[]; failureSummary: string }[] }
      const { violations } = await page.evaluate<{ violations: Found[] }>(
        'axe.run(document, { resultTypes: ["violations"] })',
      )
      const broken = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
      )
      expect.soft(broken, state).toEqual([])
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
