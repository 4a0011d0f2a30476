import type { Page } from 'playwright-core'

/** A drag over the view, through points in shares of it. */
export async function stroke(page: Page, points: readonly (readonly [x: number, y: number])[]) {
  const { x, y, width, height } = (await page.locator('[data-viewport]').boundingBox())!
  const places = points.map(([right, down]) => [x + right * width, y + down * height] as const)
  const [first, ...rest] = places
  await page.mouse.move(...first!)
  await page.mouse.down()
  for (const place of rest) await page.mouse.move(...place, { steps: 4 })
  await page.mouse.up()
}
