import { test } from 'vitest'
import type { Studio } from './studio.ts'
import { smallProject, smallWorld } from './studio.ts'
import { laptop, phone } from './visit.ts'

/** What axe finds in every state. */
export function accessibilityStories(studio: () => Studio) {
  test.each([
    ['a laptop in English', laptop, 'en'],
    ['a phone in Chinese', phone, 'zh'],
  ] as const)('nothing is inaccessible, light or dark: %s', async (_, size, language) => {
    const how = { ...size, theme: 'system', language } as const
    const start = await studio().open({ ...how, toured: false })
    /** The same state in both themes: the page follows the system's. */
    const look = async (story: typeof start, state: string) => {
      for (const theme of ['light', 'dark'] as const) {
        await story.page.emulateMedia({ colorScheme: theme })
        await story.page.locator(`html[data-theme=${theme}]`).waitFor()
        await story.shoot(`${theme}-${language}-${size.viewport.width}-${state}`)
        await story.isAccessible(`${state}, ${theme}`)
      }
    }
    await start.page.getByRole('heading', { level: 1 }).waitFor()
    await look(start, 'start')
    await start.button(start.words.app.welcome.blank).click()
    const { steps } = start.words.app.tour
    const step = (name: keyof typeof steps) =>
      start.page.getByRole('heading', { name: steps[name].title }).waitFor()
    await step('sentence')
    await look(start, 'tour')
    for (const name of ['view', 'path', 'generate'] as const) {
      await start.button(start.words.app.tour.next).click()
      await step(name)
    }
    await start.close()

    // a scene that is still in the making when it has been looked at twice
    const scene = { ...smallProject.scene, frames: 24, width: 192, height: 128 }
    const story = await studio().plan({ scene }, how)
    const { page, words, button, card, dialog } = story
    await look(story, 'plan')
    await page.keyboard.press('Control+Enter')
    await page.getByAltText(words.generation.preview(1)).waitFor()
    await look(story, 'making')
    await card.getByRole('button', { name: words.generation.cancel }).click()
    await card.waitFor({ state: 'detached' })
    await page.route('**/v1/scenes', (route) =>
      route.fulfill({ status: 400, json: { code: 'request/invalid', message: 'no such thing' } }),
    )
    await page.keyboard.press('Control+Enter')
    await page.locator('section[data-phase=failed]').waitFor()
    await look(story, 'failed')
    await card.getByRole('button', { name: words.generation.dismiss }).click()

    await story.drop(await smallWorld('red.spz', [0.9, 0.1, 0.1]))
    await page.getByText(words.library.openedWorld('red.spz')).waitFor()
    await look(story, 'result')
    await story.drop(await smallWorld('blue.spz', [0.1, 0.1, 0.9]))
    await page.getByText(words.library.openedWorld('blue.spz')).waitFor()
    await page.getByRole('radio', { name: words.app.views.compare }).click({ force: true })
    await page.getByRole('application', { name: words.library.left }).waitFor()
    await look(story, 'compare')
    await page.getByRole('radio', { name: words.app.views.plan }).click({ force: true })

    const dialogs = [
      ['export', () => button(words.app.export).click()],
      ['request', () => story.pick(words.app.more, words.app.request)],
      ['help', () => story.pick(words.app.more, words.app.help)],
      [
        'share',
        () =>
          size === phone
            ? story.pick(words.app.more, words.app.share)
            : button(words.app.share).click(),
      ],
    ] as const
    for (const [state, open] of dialogs) {
      await open()
      await dialog.waitFor()
      await look(story, state)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
    await story.close()

    const viewer = await studio().open(how, '/viewer')
    await viewer.page.getByText(words.exporting.viewer.noUrl).waitFor()
    await viewer.shoot(`${language}-${size.viewport.width}-viewer`)
    await viewer.isAccessible('viewer')
    await viewer.close()
  })
}
