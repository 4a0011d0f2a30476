import { expect, test } from 'vitest'
import { expectSamePath } from '../../test/same-path.ts'
import { templatePath } from '../templates.ts'
import { readTrajectory } from './read-trajectory.ts'
import { filesInMemory } from './trajectory-files.ts'
import { TRAJECTORY_FORMATS, writeTrajectory } from './write-trajectory.ts'

const size = { width: 704, height: 480 }
const path = templatePath('arc-right', { count: 5, size })

test.each(TRAJECTORY_FORMATS)('$summary is recognised by what it holds', async (format) => {
  const { files } = writeTrajectory({ cameras: path }, format)
  const renamed = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name || 'something', content]),
  )
  const { cameras } = await readTrajectory(filesInMemory(renamed))
  expectSamePath(cameras, path, 1e-6) // f32 in the glTF
})

test.each(['', 'sparse/', 'sparse/0/', 'colmap/sparse/0/'])(
  "a COLMAP model lies in the folder's %s",
  async (folder) => {
    const colmap = TRAJECTORY_FORMATS.find(({ name }) => name === 'colmap')!
    const { files } = writeTrajectory({ cameras: path }, colmap)
    const inside = Object.entries(files).map(([name, text]) => [folder + name, text] as const)
    const all = { ...Object.fromEntries(inside), 'image.png': '' }
    expect((await readTrajectory(filesInMemory(all))).kind).toBe('COLMAP model')
  },
)

test('a folder without cameras says what it looked for', async () => {
  await expect(readTrajectory(filesInMemory({ 'a.png': '', 'b.png': '' }))).rejects.toThrow(
    'transforms.json',
  )
})

test.each(['', 'null', '7', '{}', '[]', 'solid', '[null]', '{"frames":[]}'])(
  "'%s' is refused",
  async (text) => {
    await expect(readTrajectory(filesInMemory({ a: text }))).rejects.toThrow(
      expect.objectContaining({ name: 'CameraError' }),
    )
  },
)
