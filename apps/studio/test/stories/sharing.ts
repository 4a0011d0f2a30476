import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { wordsOf } from '../../src/words/words.ts'
import type { Studio } from './studio.ts'
import { laptop, visit, worldIsSeenIn } from './visit.ts'

/** Links to projects and worlds, and where they lead. */
export function sharingStories(studio: () => Studio) {
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

  test('a world is seen in the viewer, and embedded in a page of another site', async () => {
    const story = await studio().plan()
    const { page, words, button, dialog } = story
    const { exporting } = words
    await story.generate()
    await button(words.app.share).click()
    const code = await dialog.getByRole('textbox', { name: exporting.embedCode }).inputValue()
    const [viewer] = await Promise.all([
      page.waitForEvent('popup'),
      dialog.getByRole('button', { name: exporting.openViewer }).click(),
    ])
    await worldIsSeenIn(viewer.getByRole('application', { name: exporting.viewer.view }))
    await viewer.close()
    await story.close()

    const other = await serveHtml(`<!doctype html><title>A page</title>${code}`)
    const reader = await visit(studio().chromium, { ...laptop, url: other.url })
    const frame = reader.page.frameLocator('iframe')
    await worldIsSeenIn(frame.getByRole('application', { name: exporting.viewer.view }))
    await reader.shoot('embedded')
    await reader.close()
    await other.close()
  })

  test('the viewer opens any file of splats by its address, and says why not', async () => {
    const { server, chromium } = studio()
    const { exporting } = wordsOf.en
    const example = `${server.url}/viewer?url=/examples/6.spz`
    const story = await visit(chromium, { ...laptop, url: example })
    await worldIsSeenIn(story.page.getByRole('application', { name: exporting.viewer.view }))
    await story.shoot('viewer')
    await story.page.goto(`${server.url}/viewer?url=/examples/6.json`)
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
