import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Studio } from './studio.ts'
import { smallProject } from './studio.ts'

const file = fileURLToPath(new URL('../../../../assets/examples/photograph.png', import.meta.url))

/** A photograph comes in, and is cut and placed. */
export function photographStories(studio: () => Studio) {
  test('a photograph is dropped, its crop moved by hand and number, its frame set, and undone', async () => {
    const story = await studio().plan({ scene: { ...smallProject.scene, width: 64, height: 64 } })
    const { page, words, button, dialog } = story
    const { photograph, crop } = words.sentence
    const bytes = await readFile(file)
    await story.drop({ name: 'garden.png', bytes })
    await page.getByText('garden.png').waitFor()
    await page.getByText(photograph.frame(1)).waitFor()
    await story.shoot('photograph')

    await button(photograph.edit).click()
    const across = dialog.getByRole('spinbutton', { name: crop.across })
    expect(await across.inputValue()).toBe('50 %')
    // by hand
    const box = dialog.getByRole('application')
    const { x, y, width, height } = (await box.boundingBox())!
    await page.mouse.move(x + width / 2, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(x + width / 2 + 30, y + height / 2, { steps: 3 })
    await page.mouse.up()
    await expect.poll(async () => parseFloat(await across.inputValue())).toBeGreaterThan(52)
    // by key
    const dragged = parseFloat(await across.inputValue())
    await box.press('ArrowLeft')
    await expect.poll(async () => parseFloat(await across.inputValue())).toBe(dragged - 2)
    const frame = dialog.getByRole('spinbutton', { name: crop.frameWords })
    await frame.fill('5')
    await frame.press('Enter')
    await story.shoot('crop')
    await dialog.getByRole('button', { name: crop.done }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(photograph.frame(5)).waitFor()

    // each is a step: the frame, the arrow, the drag, the photograph itself
    const undo = button(words.app.undo)
    await undo.click()
    await page.getByText(photograph.frame(1)).waitFor()
    for (let step = 0; step < 3; step++) await undo.click()
    await page.getByText('garden.png').waitFor({ state: 'detached' })
    await button(words.app.redo).click()
    await page.getByText('garden.png').waitFor()
    await story.close()
  })

  test('what is no photograph is refused in words', async () => {
    const story = await studio().plan()
    const { page, words } = story
    await story.drop({ name: 'notes.txt', bytes: Buffer.from('hello') })
    const [said] = words.library.unreadable('notes.txt', '').split(': ')
    await page.getByText(said!).waitFor()
    await story.shoot('refused')
    await story.close()
  })
}
