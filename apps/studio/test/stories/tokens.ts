import { expect, test } from 'vitest'
import { serveStudio } from './server-process.ts'
import type { Studio } from './studio.ts'
import { laptop, visit, worldIsSeenIn } from './visit.ts'

/** A server that lets in only who has a token. */
export function tokenStories(studio: () => Studio) {
  test('the studio and the viewer ask for the token; what the studio opens knows it', async () => {
    const server = await serveStudio(['--token', 'open-sesame'])
    const { chromium } = studio()
    const story = await visit(chromium, { ...laptop, url: server.url })
    const { page, words, dialog, button } = story
    const { token } = words.generation
    await dialog.getByText(token.title).waitFor()
    await story.shoot('token')
    await dialog
      .getByRole('textbox', { name: token.field })
      .or(dialog.getByLabel(token.field))
      .first()
      .fill('open-sesame')
    await dialog.getByRole('button', { name: token.enter }).click()
    await dialog.waitFor({ state: 'detached' })
    await button(words.app.welcome.blank).click()
    await page.getByRole('textbox', { name: words.sentence.title }).fill('a red house')
    const frames = page.getByRole('spinbutton', { name: words.sentence.scene.frames })
    await frames.fill('8')
    await frames.press('Enter')
    await story.generate()
    await story.seesWorld()
    await button(words.app.share).click()
    const [viewer] = await Promise.all([
      page.waitForEvent('popup'),
      dialog.getByRole('button', { name: words.exporting.openViewer }).click(),
    ])
    await worldIsSeenIn(viewer.getByRole('application', { name: words.exporting.viewer.view }))
    const address = viewer.url()
    await story.close()

    // somebody who was sent the address
    const reader = await visit(chromium, { ...laptop, url: address })
    await reader.page.getByLabel(token.field).fill('wrong')
    await reader.page.keyboard.press('Enter')
    // asked again: the field is a fresh one
    await expect.poll(() => reader.page.getByLabel(token.field).inputValue()).toBe('')
    await reader.page.getByLabel(token.field).fill('open-sesame')
    await reader.shoot('viewer-token')
    await reader.isAccessible('viewer asks for a token')
    await reader.button(token.enter).click()
    await reader.page.getByLabel(token.field).waitFor({ state: 'detached' })
    await worldIsSeenIn(reader.page.getByRole('application', { name: words.exporting.viewer.view }))
    await reader.close()
    await server.close()
  })
}
