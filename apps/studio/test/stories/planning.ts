import { expect, test } from 'vitest'
import { emptyProject } from '../../src/project/project.ts'
import type { Studio } from './studio.ts'
import { smallProject } from './studio.ts'
import { stroke } from './hand.ts'

/** The camera path: by moves, by hand, by key, undone. */
export function planningStories(studio: () => Studio) {
  test('a move is tried by its sliders, kept as one step, undone and done again', async () => {
    const story = await studio().plan()
    const { page, words, button } = story
    const { moves, draft, sliders, summary } = words.path
    await page.getByText(summary(3, 8)).waitFor()
    await button(moves.dolly).click()
    await page.getByRole('spinbutton', { name: sliders.travel }).waitFor()
    const tried = await page.getByText(/keys · 8 frames/).innerText()
    expect(tried).not.toBe(summary(3, 8))
    const travel = page.getByRole('spinbutton', { name: sliders.travel })
    await travel.fill('0.3')
    await travel.press('Enter')
    await story.shoot('move')
    await button(draft.keep).click()
    await travel.waitFor({ state: 'detached' })
    await page.getByText(tried).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText(summary(3, 8)).waitFor()
    await button(words.app.redo).click()
    await page.getByText(tried).waitFor()
    // discarded, it leaves nothing behind
    await button(moves.orbit).click()
    await button(draft.discard).click()
    await page.getByText(tried).waitFor()
    await story.close()
  })

  test('a path is drawn freehand in the view, and undone in one step', async () => {
    const story = await studio().plan({ path: emptyProject.path })
    const { page, words, button } = story
    await page.getByText(words.path.timeline.empty).waitFor()
    await button(words.path.moves.draw).click()
    await stroke(page, [
      [0.3, 0.8],
      [0.4, 0.7],
      [0.55, 0.68],
      [0.7, 0.8],
    ])
    const drawn = page.getByText(/^([2-9]|\d\d) keys · 8 frames$/)
    await drawn.waitFor()
    await page.getByText(words.app.announcements.strokeDrawn).waitFor()
    await story.shoot('stroke')
    await button(words.app.undo).click()
    await page.getByText(words.path.timeline.empty).waitFor()
    await button(words.app.redo).click()
    await drawn.waitFor()
    await story.close()
  })

  test('keys are set by flying, chosen, moved by number, played, removed', async () => {
    const story = await studio().plan()
    const { page, words, button } = story
    const { key, summary, timeline } = words.path
    const view = page.getByRole('application', { name: words.app.view.label })
    await view.focus()
    await page.keyboard.down('w')
    await page.waitForTimeout(300)
    await page.keyboard.up('w')
    await page.keyboard.press('Space')
    await page.getByText(summary(4, 8)).waitFor()
    await page.getByText(words.app.announcements.keyRecorded(4)).waitFor()
    // what is written in a field flies nowhere and drops nothing
    await page.getByRole('textbox', { name: words.sentence.title }).press('Space')
    await page.getByText(summary(4, 8)).waitFor()

    await button(timeline.key(4, '8')).click()
    await page.getByText(key.title(4), { exact: true }).waitFor()
    // who clicked and flies on means the view; who goes by the keyboard keeps his place
    const hasFocus = () => view.evaluate((element) => element === document.activeElement)
    await page.keyboard.press('Tab')
    await page.keyboard.press('w')
    expect(await hasFocus()).toBe(false)
    await button(timeline.key(4, '8')).click()
    await page.keyboard.press('w')
    expect(await hasFocus()).toBe(true)
    await page.getByRole('figure', { name: words.app.lookThrough.title(4) }).waitFor()
    const x = page.getByRole('spinbutton', { name: key.place('X') })
    await x.fill('0.25')
    await x.press('Enter')
    expect(Number(await x.inputValue())).toBeCloseTo(0.25)
    await button(words.app.undo).click()
    await expect.poll(() => x.inputValue()).not.toBe('0.25')
    await story.shoot('key')

    await view.focus()
    await page.keyboard.press('p')
    await page.getByText(words.app.modes.playHint).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText(words.app.modes.editHint).waitFor()
    await page.keyboard.press('4')
    await page.getByRole('radio', { name: words.app.tools.draw, checked: true }).waitFor()
    await page.keyboard.press('1')
    await button(timeline.key(4, '8')).click()
    await view.focus()
    await page.keyboard.press('Delete')
    await page.getByText(summary(3, 8)).waitFor()
    await story.close()
  })

  test('a warning jumps to its place and offers the mend', async () => {
    const { path } = smallProject
    const story = await studio().plan({ path: { ...path, keys: path.keys.slice(0, 1) } })
    const { page, words, button } = story
    const { findings, mends } = words.path.preflight
    await page.getByText(findings['few-keys']()).waitFor()
    await story.shoot('warning')
    await button(mends['few-keys']).click()
    await page.getByText(findings['few-keys']()).waitFor({ state: 'detached' })
    expect(await button(new RegExp(`^${words.generation.generate}`)).isEnabled()).toBe(true)
    await story.close()
  })

  test('another language and theme leave the view and the work as they are', async () => {
    const story = await studio().plan()
    const { page, words, pick, button } = story
    const canvas = await page.locator('[data-viewport] canvas').first().elementHandle()
    await button(words.path.timeline.key(2, '4.5')).click()
    await pick(words.app.more, '中文')
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN')
    expect(await page.title()).toBe('flashworld')
    expect(await canvas!.evaluate((element) => element.isConnected)).toBe(true)
    await page.getByRole('button', { name: /2/, pressed: true }).first().waitFor()
    await story.shoot('chinese')
    await story.close()
  })
}
