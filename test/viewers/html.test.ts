import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeTrajectoryJson } from '@flashworld/camera'
import { writePly } from '@flashworld/splats'
import { psnr } from 'flashworld/lab'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { missingBrowser } from '../chromium.ts'
import { openBrowser } from './browser.ts'
import { knownCamera, knownScene, knownSize, sideColorError } from './known-scene.ts'
import { convertPly, drawOurselves } from './pictures.ts'

describe.skipIf(await missingBrowser())('the HTML viewer', () => {
  test("opens from disk with no server and no traffic, at the path's first camera, the right way up", async () => {
    const browser = await openBrowser()
    const folder = await mkdtemp(join(tmpdir(), 'flashworld-html-'))
    onTestFinished(async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    })
    const path = join(folder, 'path.json')
    await writeFile(path, writeTrajectoryJson([knownCamera, knownCamera]))
    const scene = knownScene()
    const html = await convertPly(writePly(scene), 'viewer.html', '--cameras', path)
    await writeFile(join(folder, 'viewer.html'), html)
    const page = await browser.context.newPage()
    await page.setViewportSize(knownSize)
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    // the software WebGPU draws in this viewer, but never reaches a screenshot: WebGL then
    await page.addInitScript('Object.defineProperty(navigator, "gpu", { value: undefined })')
    await page.addInitScript('globalThis.firstFrame = () => (globalThis.drawn = true)')
    await page.goto(`${pathToFileURL(join(folder, 'viewer.html'))}?noui&noanim`)
    await page.waitForFunction('globalThis.drawn', undefined, { timeout: 60_000 })
    const shot = await sharp(await page.screenshot())
      .ensureAlpha()
      .raw()
      .toBuffer()
    const picture = { ...knownSize, rgba: new Uint8ClampedArray(shot) }
    const ours = await drawOurselves(scene, { camera: knownCamera, size: knownSize }, [0, 0, 0])
    process.stdout.write(`HTML viewer: ${psnr(picture, ours).toFixed(1)} dB\n`)
    expect(requests.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([])
    expect(psnr(picture, ours)).toBeGreaterThan(30)
    expect(sideColorError(picture)).toBeLessThan(0.12)
  })
})
