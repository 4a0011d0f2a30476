import { expect, test } from 'vitest'
import { isProject, projectFileName, readProject, writeProject } from './project-file.ts'
import type { Project } from './project.ts'
import { emptyProject } from './project.ts'

const project: Project = {
  name: 'Red house, evening',
  sentence: 'a red house',
  photograph: {
    name: 'sea.jpg',
    file: new Blob([new Uint8Array(100_000).map((_, i) => i % 251)], { type: 'image/jpeg' }),
    size: { width: 300, height: 200 },
    crop: { left: 0.1, top: 0, width: 0.5, height: 0.5 },
    frame: 3,
  },
  path: {
    keys: [
      { id: 'a', position: [0, 0, 0], rotation: [1, 0, 0, 0], fovDegrees: 60 },
      { id: 'b', position: [1, 0.5, -1], rotation: [0, 1, 0, 0], fovDegrees: 45 },
    ],
    aim: { kind: 'at', point: [0, 0, -1] },
    smooth: true,
    loop: 'ping-pong',
  },
  scene: { frames: 12, width: 192, height: 128, seed: 5, worlds: 2 },
}

const json = async (made: Project) => JSON.parse(await (await writeProject(made)).text())

test('what is written is what is read, photograph and all', async () => {
  const written = await json(project)
  expect(isProject(written)).toBe(true)
  const { photograph, ...rest } = readProject(written)
  expect({ ...rest, photograph: { ...photograph, file: 0 } }).toEqual({
    ...project,
    photograph: { ...project.photograph, file: 0 },
  })
  expect(new Uint8Array(await photograph!.file.arrayBuffer())).toEqual(
    new Uint8Array(await project.photograph!.file.arrayBuffer()),
  )
  expect(photograph!.file.type).toBe('image/jpeg')
  expect(readProject(await json(emptyProject))).toEqual(emptyProject)
})

test.each<[string, (file: Project & Record<string, unknown>) => unknown, string]>([
  ['another file', () => ({ cameras: [] }), 'flashworld'],
  ['a list', () => [], 'file: expected an object'],
  ['a later one', (file) => ({ ...file, version: 2 }), 'version'],
  ['no sentence', (file) => ({ ...file, sentence: 5 }), 'sentence: expected text, got 5'],
  [
    'a key that is nowhere',
    (file) => ({
      ...file,
      path: { ...file.path, keys: [{ ...file.path.keys[0], position: [0, 0] }] },
    }),
    'path.keys[0].position: expected 3 numbers',
  ],
  [
    'an aim at nothing',
    (file) => ({ ...file, path: { ...file.path, aim: { kind: 'at' } } }),
    'path.aim.point',
  ],
  [
    'half a frame',
    (file) => ({ ...file, scene: { ...file.scene, frames: 12.5 } }),
    'scene.frames: expected a whole number',
  ],
  [
    'a photograph from elsewhere',
    (file) => ({ ...file, photograph: { ...file.photograph, file: 'https://example.org/a.png' } }),
    'photograph.file',
  ],
  [
    'a frame that there is not',
    (file) => ({ ...file, photograph: { ...file.photograph, frame: 12 } }),
    'photograph.frame',
  ],
])('%s is refused, with the field that is wrong', async (_, change, message) => {
  const changed = change(await json(project))
  expect(() => readProject(changed)).toThrow(message)
})

test('its name comes from its own words', () => {
  expect(projectFileName(project)).toBe('Red-house-evening.flashworld.json')
  expect(projectFileName({ ...project, name: '' })).toBe('a-red-house.flashworld.json')
  expect(projectFileName({ ...project, name: '../“红房子”' })).toBe('红房子.flashworld.json')
  expect(projectFileName(emptyProject)).toBe('project.flashworld.json')
})
