import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { allocateGaussians, writeSpz } from '@flashworld/splats'
import type { Chromium } from '../../../../test/chromium.ts'
import { launchChromium } from '../../../../test/chromium.ts'
import { shareLink } from '../../src/export/share-link.ts'
import { addMove, usualMove } from '../../src/path/moves.ts'
import type { Project } from '../../src/project/project.ts'
import { emptyProject } from '../../src/project/project.ts'
import type { ServerProcess } from './server-process.ts'
import { serveStudio } from './server-process.ts'
import type { Story, StoryFile, Visitor } from './visit.ts'
import { laptop, visit } from './visit.ts'

type Visit = Omit<Visitor, 'url'>

/** What all stories share: the server with the embedded model, and the browser. */
export interface Studio {
  readonly server: ServerProcess
  readonly chromium: Chromium
  /** The start page, or another of the server. */
  open(how?: Visit, path?: string): Promise<Story>
  /** The studio with a project in it, which came by a link. */
  plan(project?: Partial<Project>, how?: Visit): Promise<Story>
  close(): Promise<void>
}

export async function openStudio(): Promise<Studio> {
  const build = fileURLToPath(new URL('../../../../scripts/build-studio.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [build])
  const server = await serveStudio()
  const chromium = await launchChromium()
  const open = (how: Visit = laptop, path = '/') =>
    visit(chromium, { ...how, url: server.url + path })
  return {
    server,
    chromium,
    open,
    async plan(project = {}, how = laptop) {
      const link = await shareLink({ ...smallProject, ...project }, server.url)
      const story = await visit(chromium, { ...how, url: link })
      await story.page.locator('[data-viewport] canvas').first().waitFor()
      return story
    },
    async close() {
      await chromium.close()
      await server.close()
    },
  }
}

/** A project whose world is made in seconds: eight small pictures along three keys. */
export const smallProject: Project = {
  ...emptyProject,
  sentence: 'a red house on grass',
  path: addMove(emptyProject.path, usualMove('orbit'), 'first'),
  scene: { frames: 8, width: 64, height: 64, seed: 7, worlds: 1 },
}

/** A world as a file: a wall of Gaussians before the first camera, of one colour. */
export async function smallWorld(
  name: string,
  colour: readonly [red: number, green: number, blue: number],
): Promise<StoryFile> {
  const side = 24
  const cloud = allocateGaussians(side * side, 0)
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [(i % side) / side - 0.5, Math.floor(i / side) / side - 0.5]
    cloud.positions.set([2 * x, 2 * y, -2], 3 * i)
    cloud.rotations.set([1, 0, 0, 0], 4 * i)
    cloud.scales.set([0.06, 0.06, 0.06], 3 * i)
    cloud.opacities[i] = 0.9
    cloud.sh.set(
      colour.map((value) => (value - 0.5) / 0.28209),
      3 * i,
    )
  }
  return { name, bytes: Buffer.concat(await Array.fromAsync(writeSpz(cloud))) }
}
