// `node examples/vite-three/prove.ts`: opens the page in Chromium, as `npx vite examples/vite-three` serves it, has it make
// a scene on WebAssembly, and keeps a picture of it in out/.
import { strict as assert } from 'node:assert'
import { mkdir } from 'node:fs/promises'
import sharp from 'sharp'
import { createServer } from 'vite'
import { launchChromium } from '../../test/chromium.ts'

const server = await createServer({ root: import.meta.dirname, server: { port: 0 } })
await server.listen()
const { context, close } = await launchChromium()
try {
  const page = await context.newPage()
  await page.setViewportSize({ width: 384, height: 256 }) // WebGL is a CPU's, too
  page.on('pageerror', (error) => console.error(String(error)))
  // this Chromium's WebGPU is a CPU's, and slower than WebAssembly
  await page.addInitScript('delete Navigator.prototype.gpu')
  await page.goto(server.resolvedUrls!.local[0]!)
  const output = page.locator('output')
  await output.filter({ hasText: 'ready' }).waitFor({ timeout: 120_000 })
  console.log(await output.innerText())
  const start = performance.now()
  await page.getByRole('button', { name: 'Make' }).click()
  await output.filter({ hasText: 'Gaussians' }).waitFor({ timeout: 120_000 })
  console.log(`${await output.innerText()} in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  await page.waitForTimeout(2000)
  await mkdir('out', { recursive: true })
  const picture = await page.screenshot({ path: 'out/vite-three.png', timeout: 60_000 })
  const { channels } = await sharp(picture).stats()
  assert(
    channels.some(({ stdev }) => stdev > 20),
    'the canvas shows nothing',
  )
} finally {
  await close()
  await server.close()
}
