/**
 * Makes the pictures of the studio that the README and docs show, and the short film of its story: docs/images/studio-*.webp.
 * In Chromium, against the server with the embedded model. Those that are named, else all: story, dark, light, phone.
 */
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { openStudio } from '../stories/studio.ts'

const images = join(import.meta.dirname, '../../../../docs/images')
const sentence = 'a red house beside a green tree on grass at sunset'
const screen = { width: 1440, height: 900 }
/** Of the film. */
const stage = { width: 1200, height: 750 }
const phone = { width: 390, height: 844 }
/** Of the film: pixels across, and milliseconds that a frame stands unless more is said. */
const [filmWidth, beat] = [960, 140]
/** A software renderer and a model on a CPU take their time. */
const patience = 120_000

async function open(
  browser: Browser,
  { theme, size }: { readonly theme: 'light' | 'dark'; readonly size: typeof screen },
): Promise<Page> {
  const isPhone = size === phone
  const context = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    hasTouch: isPhone,
    isMobile: isPhone,
  })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  await page.addInitScript(() =>
    localStorage.setItem('flashworld.preferences', JSON.stringify({ toured: true })),
  )
  await page.goto(server.url)
  await page.locator('img[src*=examples]').first().waitFor()
  return page
}

/** The film, from the first sentence to the flight through the world. */
async function story(page: Page): Promise<void> {
  const film = new Film(page)
  await settled(page)
  const field = page.getByRole('textbox').first()
  await field.focus()
  await film.shoot(700)
  for (let end = 10; end < sentence.length + 10; end += 10) {
    await field.fill(sentence.slice(0, end))
    await film.shoot()
  }
  await film.shoot(500)
  await press(page, 'Plan the path')
  await page.locator('[data-viewport] canvas').first().waitFor()
  await settled(page, 4000)
  await film.shoot(700)
  await press(page, 'Orbit')
  await page.getByText('New path', { exact: true }).click()
  await settled(page)
  await film.shoot(600)
  const angle = page.getByRole('spinbutton', { name: 'Angle' }).last()
  for (const degrees of [32, 36, 40]) {
    await angle.fill(String(degrees))
    await angle.press('Enter')
    await settled(page, 500)
    await film.shoot(2 * beat)
  }
  await press(page, 'Keep')
  await settled(page, 500)
  await film.shoot(500)
  await generate(page, () => film.shoot(500))
  await film.shoot(900)
  const frames = page.getByRole('slider', { name: 'Frame', exact: true })
  await frames.focus()
  for (let frame = 0; frame < 12; frame += 2) {
    await page.keyboard.press(frame === 0 ? 'Home' : 'ArrowRight')
    if (frame > 0) await page.keyboard.press('ArrowRight')
    await settled(page, 700)
    await film.shoot(2 * beat)
  }
  await film.save('story')
}

/** The states on the way to a world, and the next path in it. */
async function inDark(page: Page): Promise<void> {
  await settled(page)
  await picture(page, 'start')
  await page.getByRole('textbox').first().fill(sentence)
  await press(page, 'Plan the path')
  await page.locator('[data-viewport] canvas').first().waitFor()
  await generate(page, async (step) => {
    if (step === 2) await picture(page, 'making')
  })
  await shown(page)
  await picture(page, 'result')
  await standBack(page)
  await page.getByRole('button', { name: /^Key 2,/ }).click()
  await page.locator('figure canvas[width="432"]').waitFor() // the picture is drawn
  await painted(page)
  await picture(page, 'plan-dark')
}

/** @param onPreview hears of each step's picture */
async function generate(page: Page, onPreview: (step: number) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: /^Generate world/ }).click()
  const card = page.locator('section[data-phase]')
  for (let step = 1; step <= 3; step++) {
    await card.getByAltText(`The world after step ${step}`).waitFor()
    await onPreview(step)
  }
  await card.waitFor({ state: 'detached' })
  await page
    .getByText(/splats/)
    .first()
    .waitFor()
}

async function inLight(page: Page): Promise<void> {
  await page.getByRole('button', { name: /snowman/ }).click()
  await shown(page)
  await standBack(page)
  await press(page, 'Orbit')
  await page.getByText('New path', { exact: true }).click()
  await painted(page)
  await picture(page, 'plan-light')
}

async function onPhone(page: Page): Promise<void> {
  await page.getByRole('button', { name: /mushroom/ }).click()
  await shown(page)
  await standBack(page)
  await page.getByRole('radio', { name: 'Path', exact: true }).click()
  await painted(page)
  await picture(page, 'phone')
}

const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click()

/** The world stands in the view, and the timeline has its pictures. */
async function shown(page: Page): Promise<void> {
  await page
    .getByText(/splats/)
    .first()
    .waitFor()
  await settled(page, 15_000)
}

/** Goes back and up until the path is seen: by the wheel, which a slow machine does not shorten. */
async function standBack(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Plan', exact: true }).click()
  const view = page.locator('[data-viewport]').first()
  await view.locator('canvas').first().waitFor()
  const { x, y, width, height } = (await view.boundingBox())!
  await page.mouse.move(x + width / 2, y + 0.8 * height)
  for (let step = 0; step < 10; step++) {
    await page.mouse.wheel(0, 100)
    await page.waitForTimeout(200)
  }
}

/** What the path's frames see stands in the timeline. */
async function painted(page: Page): Promise<void> {
  await page.locator('[data-painted=true]').waitFor()
  await settled(page, 12_000)
}

/** What moves has come to rest, and what is drawn beside the view is there. */
const settled = (page: Page, milliseconds = 1500) => page.waitForTimeout(milliseconds)

async function picture(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ timeout: patience })
  await sharp(png)
    .webp({ quality: 86 })
    .toFile(join(images, `studio-${name}.webp`))
  console.log(`docs/images/studio-${name}.webp`)
}

/** Screenshots as an animated picture. */
class Film {
  readonly #page: Page
  readonly #frames: Buffer[] = []
  readonly #delays: number[] = []

  constructor(page: Page) {
    this.#page = page
  }

  /** @param milliseconds that it stands */
  async shoot(milliseconds = beat): Promise<void> {
    const png = await this.#page.screenshot({ timeout: patience })
    this.#frames.push(await sharp(png).resize(filmWidth).png().toBuffer())
    this.#delays.push(milliseconds)
  }

  async save(name: string): Promise<void> {
    const { size } = await sharp(this.#frames, { join: { animated: true } })
      .webp({ quality: 72, effort: 6, delay: this.#delays, loop: 0, mixed: true })
      .toFile(join(images, `studio-${name}.webp`))
    console.log(`docs/images/studio-${name}.webp: ${(size / 2 ** 20).toFixed(2)} MiB`)
  }
}

const parts = {
  story: { make: story, theme: 'dark', size: stage },
  dark: { make: inDark, theme: 'dark', size: screen },
  light: { make: inLight, theme: 'light', size: screen },
  phone: { make: onPhone, theme: 'dark', size: phone },
} as const
const named = process.argv.slice(2)

const { server, chromium, close } = await openStudio()
try {
  for (const [name, { make, ...how }] of Object.entries(parts)) {
    if (named.length === 0 || named.includes(name))
      await make(await open(chromium.context.browser()!, how))
  }
} finally {
  await close()
}
