import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chromium } from '../chromium.ts'
import { launchChromium, missingBrowser } from '../chromium.ts'
import { distance, makeWorld, openInNode, openProject, projectOf } from './make-world.ts'
import type { StaticSite } from './static-site.ts'
import { serveStatic } from './static-site.ts'

const tiny = new URL('../goldens/tiny/', import.meta.url)

describe.skipIf((await missingBrowser()) !== undefined)('the static build in Chromium', () => {
  let site: StaticSite
  let chromium: Chromium
  beforeAll(async () => {
    site = await serveStatic({ model: tiny })
    chromium = await launchChromium()
  })
  afterAll(async () => {
    await chromium?.close()
    await site?.close()
  })

  test('makes the world that Node makes, from a sub-path of a host that sends no header', async () => {
    const project = projectOf(2, 32, 32)
    const loads: string[] = []
    chromium.context.on('page', (page) => page.on('load', () => loads.push(page.url())))
    const page = await chromium.context.newPage()
    const problems: string[] = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('request', (request) => {
      const asked = request.url()
      if (!asked.startsWith(site.url) && !/^(blob|data):/.test(asked)) problems.push(asked)
    })
    await openProject(page, site.url, { project, settings: { backend: 'wasm' } })
    const made = await makeWorld(page)
    using node = await openInNode('test/goldens/tiny', project, { backend: 'wasm', threads: 1 })
    const same = await node.make()
    // the same kernels in the same order
    expect(distance(made.gaussians, same.gaussians)).toBe(0)
    expect(made.gaussians.count).toBeGreaterThan(500)
    expect(problems).toEqual([])
    // the file that runs nothing, the page, and the page as it isolated itself: no circle
    expect(loads.length).toBeLessThanOrEqual(3)
    await page.close() // which draws the world by software, and would have no time for another visit
    loads.length = 0
    const again = await chromium.context.newPage()
    await again.goto(site.url)
    await again.waitForTimeout(500)
    expect(loads.length).toBe(1)
    await again.close()
  })

  test('the folder is a Space, and has the headers for hosts that read them', async () => {
    const built = new URL('../../out/static/', import.meta.url)
    const card = await readFile(new URL('README.md', built), 'utf8')
    const [, front] = card.split('---\n')
    const fields = Object.fromEntries(
      [...front!.matchAll(/^(\w+): (.+)$/gm)].map(([, key, value]) => [key, value]),
    )
    expect(fields).toMatchObject({ sdk: 'static', app_file: 'index.html', license: 'apache-2.0' })
    expect(fields.short_description!.length).toBeLessThanOrEqual(60)
    const colours = ['red', 'yellow', 'green', 'blue', 'indigo', 'purple', 'pink', 'gray']
    expect(colours).toEqual(expect.arrayContaining([fields.colorFrom, fields.colorTo]))
    expect(front).toMatch(/custom_headers:\n( {2}cross-origin-[a-z-]+: [a-z-]+\n){3}/)
    const headers = await readFile(new URL('_headers', built), 'utf8')
    expect(headers).toMatch(/^\/\*\n {2}Cross-Origin-Opener-Policy: same-origin\n/)
    // nothing in it is asked for from the root of a host
    for (const page of ['index.html', 'viewer.html'])
      expect(await readFile(new URL(page, built), 'utf8')).not.toMatch(/(src|href)="\//)
  })
})

describe('building it', () => {
  const build = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/build-static.ts', ...args])

  test('replaces no folder that is something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flashworld-static-'))
    await writeFile(join(folder, 'mine.txt'), 'mine')
    await expect(build(folder)).rejects.toMatchObject({ code: 1 })
    expect(await readdir(folder)).toEqual(['mine.txt'])
    await rm(folder, { recursive: true })
  })

  test('knows no options', async () => {
    await expect(build('--help')).rejects.toMatchObject({ code: 2 })
  })
})
