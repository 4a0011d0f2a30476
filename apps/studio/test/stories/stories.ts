import { readFile } from 'node:fs/promises'
import { detectFormat, readGaussians } from '@flashworld/splats'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import type { Download } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chromium } from '../../../../test/chromium.ts'
import { launchChromium, missingBrowser } from '../../../../test/chromium.ts'
import type { ServerProcess } from './server-process.ts'
import { serveStudio } from './server-process.ts'
import type { Story, Visitor } from './story.ts'
import { buildStudio, patience, visit } from './story.ts'

const laptop = { viewport: { width: 1024, height: 640 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const bytesOf = async (download: Download) => new Uint8Array(await readFile(await download.path()))

describe.skipIf((await missingBrowser()) !== undefined)('the studio in Chromium', () => {
  let server: ServerProcess
  let chromium: Chromium

  beforeAll(async () => {
    await buildStudio()
    server = await serveStudio()
    chromium = await launchChromium()
  })
  afterAll(async () => {
    await chromium?.close()
    await server?.close()
  })

  const open = (how: Omit<Visitor, 'url'> = laptop, rest = '') =>
    visit(chromium, { ...how, url: server.url + rest })

  /** What a dialog's button saves. */
  const saved = async ({ page, button }: Story, name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 2 * patience }),
      button(name).click(),
    ])
    return download
  }
  const closeDialog = async ({ page }: Story) => {
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  test('a world from a sentence and a path: watched, flown in, exported, shared', async () => {
    const story = await open()
    const { page, button } = story
    await story.shoot('welcome')
    await story.begin('a red house on grass')
    await page.getByText('3 keys · 12 frames').waitFor()
    // a template, and undone
    await button('Dolly').click()
    await button('Keep').click()
    await page.getByText('3 keys · 12 frames').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await page.getByText('3 keys · 12 frames').waitFor()
    await story.shoot('plan')

    await button(/^Generate world/).click()
    await page.locator('section[data-phase=running]').waitFor()
    await page.getByAltText('The world after step 1').waitFor()
    await story.shoot('making')
    await button('Show a red house on grass').waitFor()
    await page
      .getByText(/splats/)
      .first()
      .waitFor()
    await page.locator('section[data-phase]').waitFor({ state: 'detached' })
    await story.shoot('result')

    await button('Export').click()
    const ply = await bytesOf(await saved(story, 'Download'))
    expect(detectFormat(ply).name).toBe('ply')
    expect((await readGaussians(ply)).gaussians.count).toBeGreaterThan(10_000)
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Format/ })
      .click()
    await page.getByRole('option', { name: /^SPZ/ }).click()
    const spz = await saved(story, 'Download')
    expect(spz.suggestedFilename()).toBe('a-red-house-on-grass.spz')
    expect(detectFormat(await bytesOf(spz)).name).toBe('spz')
    await story.shoot('export')

    await page.getByRole('radio', { name: 'Film' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Size of the pictures/ })
      .click()
    await page.getByRole('option', { name: /As generated/ }).click()
    for (const [field, value] of [
      ['Length', '1'],
      ['Pictures a second', '10'],
    ] as const) {
      await page.getByRole('dialog').getByRole('spinbutton', { name: field }).fill(value)
      await page.keyboard.press('Enter')
    }
    const film = await bytesOf(await saved(story, 'Make the film'))
    const video = await new Input({
      formats: ALL_FORMATS,
      source: new BufferSource(film),
    }).getPrimaryVideoTrack()
    expect(video).toMatchObject({ codec: 'avc', displayWidth: 192, displayHeight: 128 })
    expect((await video!.computePacketStats()).packetCount).toBe(10)
    await closeDialog(story)

    await button('Share').click()
    const field = page.getByRole('dialog').getByRole('textbox', { name: 'A link to this project' })
    await expect.poll(() => field.inputValue()).toContain('#p=')
    const link = await field.inputValue()
    await story.shoot('share')
    await story.close()

    const friend = await visit(chromium, { ...laptop, url: link })
    await friend.page.getByText('3 keys · 12 frames').waitFor()
    expect(await friend.page.getByRole('textbox').first().inputValue()).toBe('a red house on grass')
    expect(friend.page.url()).not.toContain('#p=')
    await friend.close()
  }, 300_000)

  test('cancelled, it is gone, and what stood there stays', async () => {
    const story = await open()
    const { page, button } = story
    await story.begin('a blue cube on snow')
    await button(/^Generate world/).click()
    await page.locator('section[data-phase]').waitFor()
    await page.locator('section[data-phase]').getByRole('button', { name: 'Cancel' }).click()
    await page.locator('section[data-phase]').waitFor({ state: 'detached' })
    await page.getByText('Cancelled').first().waitFor()
    await button('Dismiss').click()
    await page.getByText('In the making').waitFor({ state: 'detached' })
    await story.close()
  })

  test('the server is killed mid-job and started again: the world comes all the same', async () => {
    const story = await open()
    const { page, button } = story
    await story.begin('a green tree on grass')
    await button(/^Generate world/).click()
    await page.locator('section[data-phase=running]').waitFor()
    await server.kill()
    await page.getByText(/goes on as soon as it is back/).waitFor()
    await story.shoot('lost')
    await server.start()
    await button('Show a green tree on grass').waitFor()
    await story.close()
  })

  test('on a phone, by touch', async () => {
    const story = await open(phone)
    const { page } = story
    const tap = async (name: string | RegExp) => story.button(name).tap()
    await page.getByRole('textbox').first().fill('a red ball on snow')
    await tap('Plan the path')
    await tap('Skip the tour')
    await story.shoot('phone-plan')
    await tap(/^Generate world/)
    await page.locator('section[data-phase]').waitFor()
    await page.locator('section[data-phase]').waitFor({ state: 'detached' })
    await page
      .getByText(/splats/)
      .first()
      .waitFor()
    await story.shoot('phone-result')
    // nothing is wider than the screen
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(390)
    await story.close()
  })

  test('by keyboard alone', async () => {
    const story = await open()
    const { page } = story
    const focusOn = async (role: 'button' | 'textbox', name: RegExp) => {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press('Tab')
        const is = page.getByRole(role, { name }).and(page.locator(':focus'))
        if ((await is.count()) > 0) return
      }
      throw new Error(`no Tab leads to ${name}`)
    }
    await focusOn('textbox', /What is there to see/)
    await page.keyboard.type('a white rocket on mars')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Skip the tour' }).waitFor()
    await focusOn('button', /Skip the tour/)
    await page.keyboard.press('Enter')
    await focusOn('button', /add the present view/)
    await page.keyboard.press('Enter')
    await page.getByText('4 keys · 12 frames').waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText('3 keys · 12 frames').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.locator('section[data-phase]').waitFor()
    await page.locator('section[data-phase]').waitFor({ state: 'detached' })
    await focusOn('button', /^Show a white rocket/)
    await story.close()
  })

  test.each([
    ['light', 'en', laptop],
    ['dark', 'zh', phone],
  ] as const)('nothing is inaccessible: %s, %s', async (colorScheme, locale, size) => {
    const story = await open({ ...size, colorScheme, locale })
    const { page } = story
    const name = `${colorScheme}-${locale}-${size.viewport.width}`
    const isClean = async (state: string) => {
      await story.shoot(`${name}-${state}`)
      expect(await story.violations(), state).toEqual([])
    }
    await page.getByRole('main').waitFor()
    await isClean('welcome')
    await page.getByRole('textbox').first().fill('a red house')
    await page.getByRole('textbox').first().press('Enter')
    await page.getByRole('dialog').or(page.locator('[data-tour]')).first().waitFor()
    await isClean('tour')
    await page.keyboard.press('Escape')
    await page.locator('[data-viewport] canvas').first().waitFor()
    await isClean('plan')
    await page.keyboard.press('Control+Enter')
    await page.locator('section[data-phase]').waitFor()
    await isClean('making')
    await page.locator('section[data-phase]').waitFor({ state: 'detached' })
    await page
      .getByText(/splats|高斯/)
      .first()
      .waitFor()
    await isClean('result')
    for (const dialog of [locale === 'zh' ? '导出' : 'Export']) {
      await story.button(dialog).click()
      await page.getByRole('dialog').waitFor()
      await isClean(dialog)
      await page.keyboard.press('Escape')
    }
    await story.close()
  })
})
