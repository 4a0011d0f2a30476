import { expect, test } from 'vitest'
import type { Studio } from './studio.ts'
import { laptop, phone } from './visit.ts'

/** The same by a finger on a phone, and by keys alone. */
export function reachStories(studio: () => Studio) {
  test('on a phone, by touch', async () => {
    const story = await studio().plan({ sentence: 'a red ball on snow' }, phone)
    const { page, words, card } = story
    const tap = (name: string | RegExp) => story.button(name).tap()
    const show = (panel: string) =>
      page.getByRole('radio', { name: panel, exact: true }).tap({ force: true })
    await show(words.app.panels.path)
    await tap(words.path.moves.truck)
    await tap(words.path.draft.keep)
    await page.getByText(/keys · 8 frames/).waitFor()
    await tap(words.path.timeline.key(1, '1'))
    await page.getByRole('heading', { name: words.path.key.title(1), exact: true }).waitFor()
    await story.shoot('phone-plan')
    await tap(words.app.undo)
    await page.getByText(words.path.summary(3, 8)).waitFor()
    await tap(new RegExp(`^${words.generation.generate}`))
    await card.waitFor()
    await story.shoot('phone-making')
    await card.waitFor({ state: 'detached' })
    await story.seesWorld()
    await show(words.app.panels.history)
    await story.button(words.library.show('a red ball on snow')).waitFor()
    await story.shoot('phone-result')
    // nothing is wider than the screen
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(phone.viewport.width)
    await story.close()
  })

  test('by keyboard alone', async () => {
    const story = await studio().open({ ...laptop, toured: false })
    const { page, words, card } = story
    // whoever writes before the server has said what it makes best, begins without a path
    const known = ['models', 'capabilities'].map((name) => page.waitForResponse(`**/v1/${name}`))
    await Promise.all([...known, page.reload()])
    const focusOn = async (role: 'button' | 'textbox' | 'spinbutton', name: string | RegExp) => {
      const wanted = page.getByRole(role, { name }).and(page.locator(':focus'))
      for (let presses = 0; presses < 100; presses++) {
        await page.keyboard.press('Tab')
        if ((await wanted.count()) > 0) return
      }
      throw new Error(`no Tab leads to ${name}`)
    }
    await focusOn('textbox', words.app.welcome.sentence)
    await page.keyboard.type('a white rocket on mars')
    await page.keyboard.press('Enter')
    await page.getByText(words.app.tour.steps.sentence.title).waitFor()
    await focusOn('button', words.app.tour.skip)
    await page.keyboard.press('Enter')
    await focusOn('spinbutton', words.sentence.scene.frames)
    await page.keyboard.type('8')
    await page.keyboard.press('Enter')
    await page.getByText(words.path.summary(3, 8)).waitFor()
    await page.locator('[data-viewport] canvas').first().waitFor()
    await focusOn('button', words.path.timeline.addFromView)
    await page.keyboard.press('Enter')
    await page.getByText(words.path.summary(4, 8)).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText(words.path.summary(3, 8)).waitFor()
    await page.keyboard.press('?')
    await story.dialog.getByText(words.app.keys.title).first().waitFor()
    await page.keyboard.press('Escape')
    // a button that is disabled meanwhile leaves the focus to nobody
    await page.keyboard.press('?')
    const cross = story.dialog.getByRole('button', { name: words.ui.close })
    await cross.focus()
    await cross.evaluate((button: HTMLButtonElement) => (button.disabled = true))
    await page.waitForFunction(() => document.activeElement === document.body)
    await page.keyboard.press('Escape')
    await story.dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+Enter')
    await card.waitFor()
    await card.waitFor({ state: 'detached' })
    await focusOn('button', words.library.show('a white rocket on mars'))
    await story.shoot('keyboard')
    await story.close()
  })
}
