import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { colourOf } from './colour.ts'
import type { Studio } from './studio.ts'
import { smallWorld } from './studio.ts'
import { patience } from './visit.ts'

/** Worlds beside each other, and in the history. */
export function comparingStories(studio: () => Studio) {
  test('two worlds side by side change places; one is starred and named', async () => {
    const story = await studio().plan()
    const { page, words, button, dialog } = story
    await page.getByRole('radio', { name: words.app.views.compare }).click()
    await page.getByText(words.library.needTwo).waitFor()
    await story.drop(await smallWorld('red.spz', [0.9, 0.1, 0.1]))
    await page.getByText(words.library.openedWorld('red.spz')).waitFor()
    await story.drop(await smallWorld('blue.spz', [0.1, 0.1, 0.9]))
    await page.getByText(words.library.openedWorld('blue.spz')).waitFor()
    await page.getByRole('radio', { name: words.app.views.compare }).click()
    const left = page.getByRole('application', { name: words.library.left })
    const right = page.getByRole('application', { name: words.library.right })
    const seen = async (view: Locator) => colourOf(await view.screenshot())
    await expect.poll(() => seen(left), { timeout: patience }).toBe('red')
    await expect.poll(() => seen(right), { timeout: patience }).toBe('blue')
    await story.shoot('compare')
    await button(words.library.swap).click()
    await expect.poll(() => seen(left), { timeout: patience }).toBe('blue')
    await expect.poll(() => seen(right), { timeout: patience }).toBe('red')

    // linked, both turn away from their walls
    await left.focus()
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight', { delay: 60 })
    await expect.poll(() => seen(right), { timeout: patience }).toBeUndefined()
    await story.shoot('compare-turned')

    await button(words.library.star).click()
    await page.getByRole('radio', { name: words.library.filter.starred }).click()
    await button(words.library.show('red')).waitFor({ state: 'detached' })
    await story.pick(words.library.actions('blue'), words.library.rename)
    const name = dialog.getByRole('textbox', { name: words.library.name })
    await name.fill('Blue wall')
    await name.press('Enter')
    await button(words.library.show('Blue wall')).waitFor()
    await story.close()
  })
}
