import { expect, test } from 'vitest'
import { pathThrough } from '../path/edits.ts'
import { emptyProject } from '../project/project.ts'
import type { Project } from '../project/project.ts'
import {
  embedCode,
  isShareFragment,
  projectOfFragment,
  shareLink,
  viewerUrl,
} from './share-link.ts'

const page = 'http://localhost:7860/app?x=1#old'
const project: Project = {
  ...emptyProject,
  name: 'Evening',
  sentence: 'a red house, 夕阳',
  path: pathThrough(
    Array.from({ length: 24 }, (_, i) => ({
      position: [Math.sin(i) / 3, i / 7, Math.cos(i)] as const,
      rotation: [Math.cos(i / 50), 0, Math.sin(i / 50), 0] as const,
      fovDegrees: 50 + i / 3,
    })),
  ),
  scene: { frames: 24, width: 704, height: 480, seed: 5, worlds: 2 },
}
const open = async (link: string) => projectOfFragment(new URL(link).hash)

test('a link opens the same project: sentence, settings, seed, path to a millionth', async () => {
  const link = await shareLink(project, page)
  expect(link).toMatch(/^http:\/\/localhost:7860\/app\?x=1#p=[\w-]+$/)
  expect(link.length).toBeLessThan(3000)
  expect(isShareFragment(new URL(link).hash)).toBe(true)
  const opened = await open(link)
  expect(opened).toMatchObject({
    name: 'Evening',
    sentence: project.sentence,
    scene: project.scene,
  })
  opened.path.keys.forEach((key, i) => {
    const before = project.path.keys[i]!
    for (const [got, wanted] of [
      [key.position, before.position],
      [key.rotation, before.rotation],
    ] as const) {
      // and no digit more
      got.forEach((value, k) => expect(value).toBe(Number(wanted[k]!.toFixed(6))))
    }
  })
  // and what was opened is shared as the same link
  expect(await shareLink(opened, page)).toBe(link)
})

test('a photograph goes with it', async () => {
  const photograph = {
    name: 'a.webp',
    file: new Blob(['picture'], { type: 'image/webp' }),
    size: { width: 192, height: 128 },
    crop: { left: 0, top: 0, width: 1, height: 1 },
    frame: 3,
  }
  const opened = await open(await shareLink({ ...project, photograph }, page))
  expect(await opened.photograph!.file.text()).toBe('picture')
  expect(opened.photograph).toMatchObject({ frame: 3, name: 'a.webp' })
})

test('what is no link of a project is refused', async () => {
  const link = await shareLink(project, page)
  await expect(open(link.slice(0, -40))).rejects.toThrow()
  await expect(projectOfFragment('#p=')).rejects.toThrow()
  expect(isShareFragment('#other')).toBe(false)
})

test('an embedded viewer shows a scene of the server, whatever its title says', () => {
  const viewer = viewerUrl('abc', page)
  expect(viewer).toBe('http://localhost:7860/viewer?url=%2Fv1%2Fscenes%2Fabc%2Ffiles%2Fscene.spz')
  const code = embedCode(viewer, 'a "house" <script>')
  expect(code).toContain('title="a &quot;house&quot; &lt;script>"')
  expect(code).toContain(`src="${viewer}"`)
  expect(embedCode('/viewer?url=a&b="', '')).toContain('src="/viewer?url=a&amp;b=&quot;"')
})
