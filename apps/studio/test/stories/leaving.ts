import { detectFormat, readGaussians } from '@flashworld/splats'
import { expect, test } from 'vitest'
import type { Studio } from './studio.ts'

/** Worlds as files. */
export function leavingStories(studio: () => Studio) {
  test('a world as PLY, SPZ and a page with its viewer', async () => {
    const story = await studio().plan()
    const { page, words, button, dialog, saved } = story
    const { exporting } = words
    await story.generate()
    await button(words.app.export).click()
    const download = dialog.getByRole('button', { name: exporting.download })
    const ply = await saved(() => download.click())
    expect(ply.name).toBe('a-red-house-on-grass.ply')
    expect(detectFormat(ply.bytes).name).toBe('ply')
    const { count } = (await readGaussians(ply.bytes)).gaussians
    expect(count).toBeGreaterThan(10_000)
    await story.choose(exporting.format, new RegExp(`^${exporting.formats.spz.name}`))
    const spz = await saved(() => download.click())
    expect(detectFormat(spz.bytes).name).toBe('spz')
    expect((await readGaussians(spz.bytes)).gaussians.count).toBe(count)
    await story.choose(exporting.format, new RegExp(`^${exporting.formats.html.name}`))
    const html = await saved(() => download.click())
    expect(Buffer.from(html.bytes.subarray(0, 200)).toString()).toMatch(/<!doctype html>/i)
    await page.getByText(exporting.saved('a-red-house-on-grass.html')).waitFor()
    await story.shoot('export')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await story.close()
  })
}
