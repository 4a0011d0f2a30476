import { setTimeout as sleep } from 'node:timers/promises'
import { relativeError } from '@flashworld/engine'
import type { Gaussians } from '@flashworld/splats'
import { readPly, toPacked } from '@flashworld/splats'
import { loadFlashWorld, writeScene } from 'flashworld'
import type { EngineOptions } from 'flashworld/node'
import { folderSource, nodeImages, openEngine } from 'flashworld/node'
import { projectOfFragment, shareLink } from '../../apps/studio/src/export/share-link.ts'
import { requestOf } from '../../apps/studio/src/generation/request.ts'
import { framesOf } from '../../apps/studio/src/path/frames.ts'
import { addMove, usualMove } from '../../apps/studio/src/path/moves.ts'
import type { Project } from '../../apps/studio/src/project/project.ts'
import { emptyProject } from '../../apps/studio/src/project/project.ts'
import type { WorkshopSettings } from '../../apps/studio/src/workshop/settings.ts'

/** What is done with a page, in any browser. */
export interface VisitedPage {
  goto(url: string): Promise<unknown>
  /** Runs a function in the page, alone: it sees nothing of what stands around it. */
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>
}

/** A project whose world is made of so many pictures of that size. */
export const projectOf = (frames: number, height: number, width: number): Project => ({
  ...emptyProject,
  sentence: 'a red house on grass',
  path: addMove(emptyProject.path, usualMove('orbit'), 'first'),
  scene: { frames, width, height, seed: 5, worlds: 1 },
})

export interface MadeWorld {
  /** As the file has it that the page keeps. */
  readonly gaussians: Gaussians
  /** Of the model alone. */
  readonly seconds: number
  /** Milliseconds of the tasks of over 50 that the page's thread had meanwhile. */
  readonly longTasks: readonly number[]
  /** Of the scripts that ran for over 50 milliseconds, by what they were called for; the rest is the browser's. */
  readonly longScripts: readonly string[]
}

/** Opens the page with a project, as a link brings it, and waits until it is there, isolated by its own means. */
export async function openProject(
  page: VisitedPage,
  url: string,
  { project, settings }: { project: Project; settings: Partial<WorkshopSettings> },
): Promise<void> {
  // a file of the site that runs nothing
  await page.goto(`${url}LICENSE`)
  await page.evaluate((wished) => {
    const preferences = { theme: 'dark', language: 'en', toured: true }
    localStorage.setItem('flashworld.preferences', JSON.stringify(preferences))
    localStorage.setItem('flashworld.workshop', JSON.stringify(wished))
  }, settings)
  await page.goto(await shareLink(project, url))
  for (;;) {
    // the page loads itself once more, by the worker that isolates it
    const isThere = await page
      .evaluate(() => crossOriginIsolated && document.querySelector('[data-viewport]') !== null)
      .catch(() => false)
    if (isThere) return
    await sleep(200)
  }
}

/** Presses the big button and waits for the world, which the page then keeps. */
export async function makeWorld(page: VisitedPage): Promise<MadeWorld> {
  const { base64, ...made } = await page.evaluate(makeInPage)
  const { gaussians } = await readPly(new Uint8Array(Buffer.from(base64, 'base64')))
  return { ...made, gaussians }
}

/** Runs in the page. */
async function makeInPage() {
  const longTasks: number[] = []
  const longScripts: string[] = []
  const observe = (type: string, take: (entry: PerformanceEntry) => void) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type })
  }
  observe('longtask', ({ duration }) => longTasks.push(Math.round(duration)))
  observe('long-animation-frame', (entry) => {
    type Script = { duration: number; invoker: string; sourceFunctionName: string }
    for (const script of (entry as unknown as { scripts: Script[] }).scripts) {
      const { duration, invoker, sourceFunctionName: name } = script
      if (duration > 50) longScripts.push(`${Math.round(duration)} ms ${invoker} ${name}`)
    }
  })
  const answer = <T>(asked: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error!)
    })
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100))
  interface Kept {
    readonly id: string
    readonly state: string
    readonly createdAt: number
    readonly seconds: number
  }
  const newest = async () => {
    const database = await answer(indexedDB.open('flashworld-history'))
    const stores = database.transaction(['worlds', 'files'])
    const worlds = (await answer(stores.objectStore('worlds').getAll())) as Kept[]
    const [world] = worlds.toSorted((a, b) => b.createdAt - a.createdAt)
    const kept = world && (await answer(stores.objectStore('files').get(world.id)))
    database.close()
    return { world, file: (kept as { file: Blob } | undefined)?.file }
  }
  const start = Date.now()
  const button = [...document.querySelectorAll('button')].find(({ textContent }) =>
    textContent.startsWith('Generate world'),
  )
  button!.click()
  // what it tells goes on while another thread computes: the view is asked only for its words
  for (;;) {
    await pause()
    const failed = document.querySelector('section[data-phase=failed]')
    if (failed) throw new Error(failed.textContent)
    if (document.querySelector('section[data-phase]')) continue
    const { world, file } = await newest()
    if (world?.state !== 'ready' || !file || world.createdAt < start) continue
    const bytes = new Uint8Array(await file.arrayBuffer())
    let binary = ''
    for (let i = 0; i < bytes.length; i += 0x8000)
      binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
    return { base64: btoa(binary), seconds: world.seconds, longTasks, longScripts }
  }
}

/** Makes the same world in Node, as the same file, as often as it is asked. */
export async function openInNode(model: string, project: Project, options: EngineOptions) {
  const engine = await openEngine(options)
  const world = await loadFlashWorld({ engine, source: folderSource(model), images: nodeImages })
  // as it comes by the link that the page is opened with
  const { hash } = new URL(await shareLink(project, 'http://localhost/'))
  const shared = await projectOfFragment(hash)
  const { frames, seed, ...size } = shared.scene
  const request = { ...requestOf(shared, framesOf(shared.path, frames, size)), seed: seed! }
  return {
    async make(): Promise<Pick<MadeWorld, 'gaussians' | 'seconds'>> {
      const { scene, seconds } = await world.generateScene(request)
      const parts = await Array.fromAsync(writeScene(scene, 'scene.ply'))
      const { gaussians } = await readPly(new Uint8Array(Buffer.concat(parts)))
      return { gaussians, seconds }
    },
    [Symbol.dispose]() {
      world.dispose()
      engine.dispose()
    },
  }
}

/** How far one cloud is from another: the difference's share of all numbers, as lengths; NaN where their counts differ. */
export const distance = (a: Gaussians, b: Gaussians): number =>
  relativeError(toPacked(a), toPacked(b))
