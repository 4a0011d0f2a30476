import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { colourOf } from './colour.ts'
import { probeFilm } from './probe-film.ts'
import type { Studio } from './studio.ts'
import { smallProject, smallWorld } from './studio.ts'

/** What is drawn along the path. */
export function filmStories(studio: () => Studio) {
  test('a film and pictures along the path, drawn in the browser', async () => {
    const { scene } = smallProject
    const story = await studio().plan({ scene: { ...scene, frames: 3 } })
    const { page, words, button, dialog, saved } = story
    const { exporting } = words
    await story.drop(await smallWorld('red.spz', [0.9, 0.1, 0.1]))
    await story.seesWorld()
    await button(words.app.export).click()
    await page.getByRole('radio', { name: exporting.tabs.film }).click()
    await story.choose(exporting.size, exporting.sizes.made(64, 64))
    for (const [name, value] of [
      [exporting.seconds, '1'],
      [exporting.fps, '10'],
    ] as const) {
      const field = dialog.getByRole('spinbutton', { name })
      await field.fill(value)
      await field.press('Enter')
    }
    const film = await saved(() => dialog.getByRole('button', { name: exporting.render }).click())
    expect(film.name).toBe('a-red-house-on-grass.mp4')
    expect(await probeFilm(film.bytes)).toEqual({
      codec: 'h264',
      width: 64,
      height: 64,
      pictures: 10,
    })
    await page.getByText(exporting.saved(film.name)).waitFor()

    await page.getByRole('radio', { name: exporting.tabs.pictures }).click()
    await story.choose(exporting.size, exporting.sizes.made(64, 64))
    const pictures = await saved(() =>
      dialog.getByRole('button', { name: exporting.renderPictures }).click(),
    )
    expect(pictures.name).toBe('a-red-house-on-grass.zip')
    const files = unzipSync(pictures.bytes)
    expect(Object.keys(files)).toEqual(['frame-0001.png', 'frame-0002.png', 'frame-0003.png'])
    await story.shoot('pictures')
    // the wall stands before the first camera
    expect(await colourOf(Object.values(files)[0]!)).toBe('red')
    await story.close()
  })
}
