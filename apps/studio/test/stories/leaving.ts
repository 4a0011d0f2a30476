import { unzipSync } from 'fflate'
import { detectFormat, readGaussians } from '@flashworld/splats'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { wordsOf } from '../../src/words/words.ts'
import { colourOf } from './colour.ts'
import { probeFilm } from './probe-film.ts'
import type { Studio } from './studio.ts'
import { smallProject, smallWorld } from './studio.ts'
import { visit, laptop } from './visit.ts'

/** Files and links that leave the studio. */
export function leavingStories(studio: () => Studio) {
  test('a world as PLY, SPZ and a page; embedded in a page of another site; seen in the viewer', async () => {
    const story = await studio().plan()
    const { page, words, button, dialog, saved } = story
    const { exporting } = words
    await story.generate()
    await button(words.app.export).click()
    const download = dialog.getByRole('button', { name: exporting.download })
    const ply = await saved(() => download.click())
    expect(ply.name).toBe('a-red-house-on-grass.ply')
    expect(detectFormat(ply.bytes).name).toBe('ply')
    const { count } = (await readGaussians(ply.bytes)).gaussians
    expect(count).toBeGreaterThan(10_000)
    await story.choose(exporting.format, new RegExp(`^${exporting.formats.spz.name}`))
    const spz = await saved(() => download.click())
    expect(detectFormat(spz.bytes).name).toBe('spz')
    expect((await readGaussians(spz.bytes)).gaussians.count).toBe(count)
    await story.choose(exporting.format, new RegExp(`^${exporting.formats.html.name}`))
    const html = await saved(() => download.click())
    expect(Buffer.from(html.bytes.subarray(0, 200)).toString()).toMatch(/<!doctype html>/i)
    await page.getByText(exporting.saved('a-red-house-on-grass.html')).waitFor()
    await story.shoot('export')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    await button(words.app.share).click()
    const code = await dialog.getByRole('textbox', { name: exporting.embedCode }).inputValue()
    const [viewer] = await Promise.all([
      page.waitForEvent('popup'),
      dialog.getByRole('button', { name: exporting.openViewer }).click(),
    ])
    await viewer.getByText(exporting.viewer.loading).waitFor({ state: 'hidden' })
    await viewer.close()
    await story.close()

    const other = await serveHtml(`<!doctype html><title>A page</title>${code}`)
    const reader = await visit(studio().chromium, { ...laptop, url: other.url })
    const frame = reader.page.frameLocator('iframe')
    await frame.getByRole('application', { name: exporting.viewer.view }).waitFor()
    await frame.getByText(exporting.viewer.loading).waitFor({ state: 'hidden' })
    expect(await frame.getByText(exporting.viewer.failed('')).count()).toBe(0)
    await reader.shoot('embedded')
    await reader.close()
    await other.close()
  })

  test('a film and pictures along the path, drawn in the browser', async () => {
    const { scene } = smallProject
    const story = await studio().plan({ scene: { ...scene, frames: 3 } })
    const { page, words, button, dialog, saved } = story
    const { exporting } = words
    await story.drop(await smallWorld('red.spz', [0.9, 0.1, 0.1]))
    await page
      .getByText(/splats/)
      .first()
      .waitFor()
    await button(words.app.export).click()
    await page.getByRole('radio', { name: exporting.tabs.film }).click()
    await story.choose(exporting.size, exporting.sizes.made(96, 64))
    for (const [name, value] of [
      [exporting.seconds, '1'],
      [exporting.fps, '10'],
    ] as const) {
      const field = dialog.getByRole('spinbutton', { name })
      await field.fill(value)
      await field.press('Enter')
    }
    const film = await saved(() => dialog.getByRole('button', { name: exporting.render }).click())
    expect(film.name).toBe('a-red-house-on-grass.mp4')
    expect(await probeFilm(film.bytes)).toEqual({
      codec: 'h264',
      width: 96,
      height: 64,
      pictures: 10,
    })
    await page.getByText(exporting.saved(film.name)).waitFor()

    await page.getByRole('radio', { name: exporting.tabs.pictures }).click()
    await story.choose(exporting.size, exporting.sizes.made(96, 64))
    const pictures = await saved(() =>
      dialog.getByRole('button', { name: exporting.renderPictures }).click(),
    )
    expect(pictures.name).toBe('a-red-house-on-grass.zip')
    const files = unzipSync(pictures.bytes)
    expect(Object.keys(files)).toEqual(['frame-0001.png', 'frame-0002.png', 'frame-0003.png'])
    await story.shoot('pictures')
    // the wall stands before the first camera
    expect(await colourOf(Object.values(files)[0]!)).toBe('red')
    await story.close()
  })

  test('a link opens the same project again; a cut one says so', async () => {
    const story = await studio().plan({ sentence: 'a snowman at dawn', name: 'Winter' })
    const { page, words, button, dialog } = story
    await button(words.path.moves.pedestal).click()
    await button(words.path.draft.keep).click()
    const keys = await page.getByText(/keys · 8 frames/).innerText()
    await button(words.app.share).click()
    const field = dialog.getByRole('textbox', { name: words.exporting.shareProject })
    await expect.poll(() => field.inputValue()).toContain('#p=')
    const link = await field.inputValue()
    await dialog.getByRole('button', { name: words.exporting.copyLink }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
    await story.shoot('share')
    await story.close()

    const friend = await visit(studio().chromium, { ...laptop, url: link })
    await friend.page.getByText(words.exporting.openedLink).waitFor()
    await friend.page.getByText(keys).waitFor()
    const sentence = friend.page.getByRole('textbox', { name: words.sentence.title })
    expect(await sentence.inputValue()).toBe('a snowman at dawn')
    const seed = friend.page.getByRole('spinbutton', { name: words.sentence.scene.seedFixed })
    expect(await seed.inputValue()).toBe('7')
    expect(friend.page.url()).not.toContain('#p=')
    await friend.close()

    const cut = await visit(studio().chromium, { ...laptop, url: link.slice(0, -40) })
    await cut.page.getByText(words.exporting.badLink).waitFor()
    await cut.close()
  })

  test('the viewer opens any file of splats by its address, and says why not', async () => {
    const { server, chromium } = studio()
    const { exporting } = wordsOf.en
    const example = `${server.url}/viewer?url=/examples/rocket.spz`
    const story = await visit(chromium, { ...laptop, url: example })
    await story.page.getByText(exporting.viewer.loading).waitFor({ state: 'hidden' })
    await story.shoot('viewer')
    await story.page.goto(`${server.url}/viewer?url=/examples/rocket.json`)
    const [failed] = exporting.viewer.failed('').split(': ')
    await story.page.getByText(failed!).waitFor()
    await story.page.getByRole('button', { name: exporting.viewer.open }).waitFor()
    await story.shoot('viewer-failed')
    await story.close()
  })
}

/** A page of another site. */
async function serveHtml(html: string) {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(html),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
