import { strict as assert } from 'node:assert'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { launchChromium, missingBrowser, serveSite } from '../chromium.ts'
import type { Consumer } from './consumer.ts'

/** A page that Vite builds makes a scene in Chromium. */
export async function provePage(consumer: Consumer): Promise<string> {
  await consumer.install('flashworld', '@flashworld/mini', 'vite@8')
  await consumer.bring('page')
  const model = join(consumer.folder, 'node_modules/@flashworld/mini/mini')
  await cp(model, join(consumer.folder, 'public/mini'), { recursive: true })
  await consumer.run('npx', 'vite', 'build')
  const missing = await missingBrowser()
  return missing ? `built; ${missing}` : openInChromium(join(consumer.folder, 'dist'))
}

async function openInChromium(folder: string): Promise<string> {
  const site = await serveSite((path) => readFile(join(folder, path === '/' ? 'index.html' : path)))
  const { context, close } = await launchChromium()
  try {
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    // this Chromium's WebGPU is a CPU's, and slower than WebAssembly
    await context.addInitScript('delete Navigator.prototype.gpu')
    await page.goto(site.origin)
    const output = page.locator('output')
    await output.filter({ hasText: 'Gaussians' }).waitFor({ timeout: 300_000 })
    assert.deepEqual(problems, [])
    return await output.innerText()
  } finally {
    await close()
    await site.close()
  }
}
