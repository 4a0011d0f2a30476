import { test } from 'vitest'
import type { Studio } from './studio.ts'

/** From one world to the next. */
export function goingOnStories(studio: () => Studio) {
  test('a path goes on from a camera of the result, which becomes its photograph', async () => {
    const story = await studio().plan({ sentence: 'a wooden tower' })
    const { page, words, button } = story
    await story.generate()
    await story.seesWorld()
    // looked along to its sixth frame
    const scrub = page.getByRole('slider', { name: words.path.timeline.scrub })
    await scrub.focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
    await story.pick(words.library.actions('a wooden tower'), words.library.extendFrame(6))
    await page.getByText(words.library.extended).waitFor()
    await page.getByText('frame-6.png').waitFor()
    await page.getByText(words.path.summary(1, 8)).waitFor()
    await page.getByRole('radio', { name: words.app.views.plan, checked: true }).waitFor()
    await story.shoot('extended')
    await button(words.app.undo).click()
    await page.getByText(words.path.summary(3, 8)).waitFor()
    await page.getByText('frame-6.png').waitFor({ state: 'detached' })
    await story.close()
  })
}
