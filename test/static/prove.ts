/**
 * `npm run prove:static [-- chromium-wasm chromium-webgpu firefox-wasm page-thread bench-webgpu gpu]`: what takes longer
 * than a test may. The static build, served from a sub-path without a header, makes worlds in Chromium and in Firefox (Debian's
 * `firefox-esr`) that are Node's for the same seed; and seconds a world in the page against Node on this machine, run by
 * run in turn. Ends with 1 where a world is another one.
 */
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Project } from '../../apps/studio/src/project/project.ts'
import { askedProofs } from '../asked-proofs.ts'
import { launchChromium } from '../chromium.ts'
import { launchFirefox } from './firefox.ts'
import type { VisitedPage } from './make-world.ts'
import { distance, makeWorld, openInNode, openProject, projectOf } from './make-world.ts'
import { serveStatic } from './static-site.ts'

type Backend = 'wasm' | 'webgpu'

interface Proof {
  readonly browser: 'chromium' | 'firefox'
  readonly backend: Backend
  /** In place of the embedded model. */
  readonly model?: string
  readonly project: Project
  /** Relative, of all numbers together. */
  readonly tolerance: number
  /** Worlds that are made in the page and in Node in turn; the first of each, which compiles, does not count. */
  readonly runs?: number
  /** Without the view: software that draws it would hold up the page's thread, and hide what holds it up here. */
  readonly withoutView?: boolean
  /** By the machine's GPU, in the precision that it does best; only where it is asked for. */
  readonly hardware?: boolean
}

const tiny = 'test/goldens/tiny'
/** The same kernels in the same order: the same numbers. */
const byCpu = 0
/** The same kernels by another version of the compiler. */
const byGpu = 1e-6
/** The same in f16, of which a browser and Node may each have their own version of the compiler. */
const byHalves = 2e-2

const proofs: Readonly<Record<string, Proof>> = {
  'chromium-wasm': {
    browser: 'chromium',
    backend: 'wasm',
    project: projectOf(8, 64, 64),
    tolerance: byCpu,
  },
  'chromium-webgpu': {
    browser: 'chromium',
    backend: 'webgpu',
    model: tiny,
    project: projectOf(2, 32, 32),
    tolerance: byGpu,
  },
  'firefox-wasm': {
    browser: 'firefox',
    backend: 'wasm',
    project: projectOf(8, 64, 64),
    tolerance: byCpu,
  },
  'page-thread': {
    browser: 'chromium',
    backend: 'wasm',
    project: projectOf(12, 128, 192),
    tolerance: byCpu,
    runs: 3,
    withoutView: true,
  },
  'bench-webgpu': {
    browser: 'chromium',
    backend: 'webgpu',
    model: tiny,
    project: projectOf(2, 32, 32),
    tolerance: byGpu,
    runs: 3,
  },
  gpu: {
    browser: 'chromium',
    backend: 'webgpu',
    project: projectOf(12, 128, 192),
    tolerance: byHalves,
    runs: 10,
    hardware: true,
  },
}

const root = new URL('../../', import.meta.url)
const asked = askedProofs(Object.keys(proofs))
for (const [name, proof] of Object.entries(proofs)) {
  if (asked.length === 0 ? !proof.hardware : asked.includes(name)) await prove(name, proof)
}

async function prove(
  name: string,
  { browser, backend, model, project, tolerance, runs = 1, ...how }: Proof,
) {
  const site = await serveStatic(model ? { model: new URL(`${model}/`, root) } : {})
  const { page, close } = await launch(browser, how)
  try {
    const precision = how.hardware ? 'auto' : 'f32'
    const settings = { backend, precision } as const
    await openProject(page, site.url, { project, settings })
    // what the page does to begin with is over
    await setTimeout(5000)
    using inNode = await openInNode(model ?? fileURLToPath(new URL('assets/mini', root)), project, {
      backend,
      ...(precision === 'f32' && { precision }),
      ...(backend === 'wasm' && {
        threads: await page.evaluate(() => navigator.hardwareConcurrency),
      }),
    })
    const [ofPage, ofNode]: [number[], number[]] = [[], []]
    for (let run = 0; run < runs; run++) {
      const made = await makeWorld(page)
      const same = await inNode.make()
      ofPage.push(made.seconds)
      ofNode.push(same.seconds)
      const apart = distance(made.gaussians, same.gaussians)
      const isSame = apart <= tolerance
      if (!isSame) process.exitCode = 1
      console.log(
        `${name}: ${made.gaussians.count} Gaussians, ${apart.toExponential(1)} from Node's` +
          `${isSame ? '' : `, more than ${tolerance}`}; ${made.seconds.toFixed(2)} s in the page, ` +
          `${same.seconds.toFixed(2)} s in Node; the page's thread: tasks of over 50 ms ` +
          `${JSON.stringify(made.longTasks)}, scripts ${JSON.stringify(made.longScripts)}`,
      )
    }
    if (runs > 1) {
      const least = (seconds: readonly number[]) => Math.min(...seconds.slice(1))
      const ratio = least(ofPage) / least(ofNode)
      console.log(
        `${name}: in the page ${ratio.toFixed(2)} times as long as in Node, the best of each`,
      )
    }
  } finally {
    await close()
    await site.close()
  }
}

async function launch(
  name: Proof['browser'],
  { withoutView = false, hardware = false }: Pick<Proof, 'withoutView' | 'hardware'>,
): Promise<{
  readonly page: VisitedPage
  close(): Promise<void>
}> {
  if (name === 'firefox') return launchFirefox()
  const { context, close } = await launchChromium(
    withoutView ? ['--disable-3d-apis'] : [],
    hardware ? 'hardware' : 'software',
  )
  return { page: await context.newPage(), close }
}
