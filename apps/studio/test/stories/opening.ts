import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { camerasToJson } from '@flashworld/camera'
import { expect, test } from 'vitest'
import { framesOf } from '../../src/path/frames.ts'
import { addMove, usualMove } from '../../src/path/moves.ts'
import { emptyProject } from '../../src/project/project.ts'
import type { Studio } from './studio.ts'
import { smallWorld } from './studio.ts'

const picture = fileURLToPath(
  new URL('../../../../assets/examples/photograph.png', import.meta.url),
)

/** A request as the published page saves it: its names, a photograph within, the frame that it belongs to. */
async function publishedRequest() {
  const path = addMove(emptyProject.path, usualMove('arc'), 'first')
  const cameras = camerasToJson(framesOf(path, 24, { width: 704, height: 480 }))
  return {
    image_prompt: `data:image/png;base64,${(await readFile(picture)).toString('base64')}`,
    text_prompt: 'A quiet garden.',
    cameras,
    resolution: [24, 480, 704],
    image_index: 4,
  }
}

/** Files that come in, whatever they are. */
export function openingStories(studio: () => Studio) {
  test('a request of the published page: its sentence, photograph, frame, cameras and size', async () => {
    const story = await studio().plan()
    const { page, words, button, saved, dialog } = story
    const request = await publishedRequest()
    await story.drop({ name: 'garden.json', bytes: Buffer.from(JSON.stringify(request)) })
    await page.getByText(words.library.openedRequest('garden.json')).waitFor()
    const sentence = page.getByRole('textbox', { name: words.sentence.title })
    expect(await sentence.inputValue()).toBe('A quiet garden.')
    await page.getByText(words.sentence.photograph.frame(5)).waitFor()
    await page.getByText(words.path.summary(24, 24)).waitFor()
    await page.getByText('704 × 480').first().waitFor()
    await story.shoot('request')
    // and what leaves again is the same
    await button(words.app.export).click()
    await page.getByRole('radio', { name: words.exporting.tabs.request }).click()
    const { bytes } = await saved(() =>
      dialog.getByRole('button', { name: words.exporting.saveRequest }).click(),
    )
    const left = JSON.parse(Buffer.from(bytes).toString()) as typeof request
    expect(left).toMatchObject({
      text_prompt: 'A quiet garden.',
      resolution: [24, 480, 704],
      image_index: 4,
    })
    expect(left.image_prompt).toBe(request.image_prompt)
    expect(left.cameras).toHaveLength(24)
    for (const i of [0, 11, 23]) {
      for (const [axis, value] of request.cameras[i]!.position.entries())
        expect(left.cameras[i]!.position[axis]).toBeCloseTo(value, 4)
    }
    await story.close()
  })

  test('the request as JSON is changed by hand, and wrong JSON is refused', async () => {
    const story = await studio().plan()
    const { page, words, pick, dialog } = story
    await pick(words.app.more, words.app.request)
    const field = dialog.getByRole('textbox', { name: words.generation.request.field })
    const request = JSON.parse(await field.inputValue()) as Record<string, unknown>
    expect(request).toMatchObject({ prompt: 'a red house on grass', resolution: [8, 64, 64] })
    const use = dialog.getByRole('button', { name: words.generation.request.apply })
    await field.fill('{ "prompt": ')
    await use.click()
    await dialog.getByText(/JSON/).last().waitFor()
    await story.shoot('request-refused')
    await field.fill(JSON.stringify({ ...request, prompt: 'a blue house', seed: 12 }, null, 2))
    await use.click()
    await dialog.waitFor({ state: 'detached' })
    const sentence = page.getByRole('textbox', { name: words.sentence.title })
    expect(await sentence.inputValue()).toBe('a blue house')
    const seed = page.getByRole('spinbutton', { name: words.sentence.scene.seedFixed })
    expect(await seed.inputValue()).toBe('12')
    // frames that nobody touched are still those of the path's keys
    await page.getByText(words.path.summary(3, 8)).waitFor()
    await page.keyboard.press('Escape')
    await story.close()
  })

  test('worlds, paths and projects are opened wherever they fall', async () => {
    const story = await studio().open()
    const { page, words, button } = story
    await story.drop(await smallWorld('wall.spz', [0.9, 0.1, 0.1]))
    await page.getByText(words.library.openedWorld('wall.spz')).waitFor()
    await page
      .getByText(/576 splats/)
      .first()
      .waitFor()
    await story.shoot('opened-world')
    const poses = {
      cameras: [0, 0.2, 0.4].map((x) => ({ position: [x, 0, 0], quaternion: [1, 0, 0, 0] })),
    }
    await story.drop({ name: 'walk.json', bytes: Buffer.from(JSON.stringify(poses)) })
    await page.getByText(words.path.summary(3, 12)).waitFor()
    const project = await story.saved(() => page.keyboard.press('Control+s'))
    expect(project.name).toMatch(/\.json$/)
    await story.pick(words.app.more, words.app.newProject)
    await button(words.path.timeline.key(1, '1')).waitFor()
    await story.drop(project)
    await page.getByText(words.library.openedProject(project.name)).waitFor()
    await page.getByText(words.path.summary(3, 12)).waitFor()
    await story.close()
  })
}
