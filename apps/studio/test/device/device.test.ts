import { readPly } from '@flashworld/splats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import type { Studio } from '../stories/studio.ts'
import { openStudio } from '../stories/studio.ts'

// where there is a server, worlds may be made in its page too
describe.skipIf((await missingBrowser()) !== undefined)('this device, beside a server', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio?.close())

  test('a world is made in the page, kept and exported there, with not a word to the server', async () => {
    const story = await studio.plan()
    const { page, words, button } = story
    const spoken: string[] = []
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (request.method() !== 'GET' || /\/v1\/(scenes|convert)/.test(pathname)) {
        spoken.push(`${request.method()} ${pathname}`)
      }
    })
    await page.getByRole('radio', { name: words.device.places.device }).click()
    await button(words.device.open).click()
    await page.getByText(words.device.abilities.threads.has).waitFor()
    await story.shoot('device-dialog')
    await story.isAccessible('this device')
    await page.keyboard.press('Escape')
    await story.generate()
    await story.seesWorld()
    await button(words.app.export).click()
    await story.choose(words.exporting.format, /^PLY/)
    const ply = await story.saved(() => button(words.exporting.download).click())
    const { gaussians } = await readPly(ply.bytes)
    expect(gaussians.shDegree).toBe(2)
    await story.choose(words.exporting.format, /^SPZ/)
    const spz = await story.saved(() => button(words.exporting.download).click())
    expect(spz.bytes.length).toBeLessThan(ply.bytes.length / 4)
    expect(spoken).toEqual([])
    await story.close()
  })
})
