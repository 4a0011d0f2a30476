import { expect, test } from 'vitest'
import { smallWorld } from './studio.ts'
import type { Studio } from './studio.ts'

/** A world is asked for, watched, cancelled, waited for, lost and found. */
export function makingStories(studio: () => Studio) {
  test('from the start page: a sentence, the tour, a smaller scene, progress with pictures, the world', async () => {
    const story = await studio().open({ viewport: { width: 1024, height: 640 }, toured: false })
    const { page, words, button, card } = story
    const sentence = page.getByRole('textbox', { name: words.app.welcome.sentence })
    await sentence.fill('a red house on grass')
    await story.shoot('start')
    await sentence.press('Enter')
    await page.getByText(words.app.tour.steps.sentence.title).waitFor()
    await button(words.app.tour.next).click()
    await page.getByText(words.app.tour.steps.view.title).waitFor()
    await story.shoot('tour')
    // wherever the focus is
    await page.getByRole('application').first().focus()
    await page.keyboard.press('Escape')
    await page.getByText(words.app.tour.steps.view.title).waitFor({ state: 'detached' })
    await page.getByText(words.path.summary(3, 12)).waitFor()

    const frames = page.getByRole('spinbutton', { name: words.sentence.scene.frames })
    await frames.fill('8')
    await frames.press('Enter')
    await page.getByText(words.path.summary(3, 8)).waitFor()
    await button(new RegExp(`^${words.generation.generate}`)).click()
    await card.getByText(words.generation.making, { exact: true }).waitFor()
    await page.getByAltText(words.generation.preview(1)).waitFor()
    await story.shoot('making')
    await card.waitFor({ state: 'detached' })
    await page.getByRole('radio', { name: words.app.views.result, checked: true }).waitFor()
    await story.seesWorld()
    // what is for the path is not for a result
    expect(await page.getByRole('radiogroup', { name: words.app.tools.label }).count()).toBe(0)
    expect(await page.getByRole('radiogroup', { name: words.app.modes.label }).count()).toBe(0)
    await story.shoot('result')
    await story.close()
  })

  test('who does something else meanwhile is not taken from it, but offered the world', async () => {
    const story = await studio().plan({ sentence: 'a yellow tower on sand' })
    const { page, words, button, card } = story
    await page.keyboard.press('Control+Enter')
    await page.keyboard.press('2')
    await card.waitFor()
    const turning = page.getByRole('radio', { name: words.app.tools.turn, checked: true })
    await turning.waitFor()
    await page.getByText(words.generation.ready).waitFor()
    await page.getByRole('radio', { name: words.app.views.plan, checked: true }).waitFor()
    await turning.waitFor()
    await story.shoot('offered')
    await button(words.generation.show).click()
    await page.getByRole('radio', { name: words.app.views.result, checked: true }).waitFor()
    await story.close()
  })

  test('cancelled, it is gone, and what stood there stays', async () => {
    const story = await studio().plan({ sentence: 'a blue cube on snow' })
    const { page, words, button, card } = story
    await story.drop(await smallWorld('wall.spz', [1, 0, 0]))
    await story.seesWorld()
    const before = await page
      .getByText(/splats/)
      .first()
      .innerText()
    await button(new RegExp(`^${words.generation.generate}`)).click()
    await card.getByRole('button', { name: words.generation.cancel }).click()
    await card.waitFor({ state: 'detached' })
    await page.getByText(words.generation.cancelled).first().waitFor()
    await story.shoot('cancelled')
    expect(
      await page
        .getByText(/splats/)
        .first()
        .innerText(),
    ).toBe(before)
    await button(words.generation.dismiss).click()
    await page.getByText(words.generation.queue).waitFor({ state: 'detached' })
    await story.close()
  })

  test('the server is killed mid-job and started again: the world comes all the same', async () => {
    const { server } = studio()
    const story = await studio().plan({ sentence: 'a green tree on grass' })
    const { page, words, button, card } = story
    await button(new RegExp(`^${words.generation.generate}`)).click()
    await page.locator('section[data-phase=running]').waitFor()
    await server.kill()
    await page.getByText(words.generation.lost).waitFor()
    await story.shoot('lost')
    await server.start()
    await card.waitFor({ state: 'detached' })
    await button(words.library.show('a green tree on grass')).waitFor()
    await story.seesWorld()
    await story.close()
  })

  test('a world whose files are gone everywhere says so, and is made again', async () => {
    const { server } = studio()
    const story = await studio().plan({ sentence: 'a white ball on mars' })
    const { page, words, button, card } = story
    await story.generate()
    const { scenes } = (await (await fetch(`${server.url}/v1/scenes`)).json()) as {
      scenes: readonly { id: string }[]
    }
    await fetch(`${server.url}/v1/scenes/${scenes[0]!.id}`, { method: 'DELETE' })
    // and this browser has cleared its own copy
    await page.evaluate(forgetFiles)
    await page.reload()
    await page.getByText(words.app.recovered.words).waitFor()
    await button(words.library.show('a white ball on mars')).click()
    await page.getByText(words.library.expired).waitFor()
    await story.shoot('expired')
    await button(words.library.makeAgain).click()
    await card.waitFor()
    await card.getByRole('button', { name: words.generation.cancel }).click()
    await card.waitFor({ state: 'detached' })
    await story.close()
  })
}

/** In the page: all files of worlds go, as a browser that needs room does it. */
const forgetFiles = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('flashworld-history')
  opening.onerror = () => reject(opening.error)
  opening.onsuccess = () => {
    const clearing = opening.result.transaction('files', 'readwrite')
    clearing.objectStore('files').clear()
    clearing.oncomplete = () => resolve(opening.result.close())
  }
})`
