import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyMixedPath } from '../../test/arbitrary.ts'
import { expectSamePath } from '../../test/same-path.ts'
import type { Camera } from '../camera.ts'
import { readTrajectory } from './read-trajectory.ts'
import { filesInMemory } from './trajectory-files.ts'
import type { TrajectoryFormat } from './write-trajectory.ts'
import { TRAJECTORY_FORMATS, trajectoryFormatOf, writeTrajectory } from './write-trajectory.ts'

/** The path with what the format cannot say made plain: this is what must come back. */
function sayable(path: readonly Camera[], { loses, name }: TrajectoryFormat): Camera[] {
  const [first] = path as [Camera, ...Camera[]]
  const cannot = new Set(loses)
  return path.map((camera) => {
    const size = cannot.has('sizes') ? first.size : camera.size
    const centred = cannot.has('centre') ? { ...camera, cx: 0.5, cy: 0.5 } : camera
    const shaped = cannot.has('aspect')
      ? { ...centred, fx: (camera.fy * first.fx) / first.fy }
      : centred
    if (!cannot.has('size')) return { ...shaped, size }
    // read back at the viewport: as high as it, by square pixels, or all of it
    const viewport = { width: 704, height: 480 }
    if (name === 'track') return { ...shaped, fx: (camera.fy * 480) / 704, size: viewport }
    return {
      ...shaped,
      size: { width: Math.max(2, 2 * Math.round((240 * camera.fy) / camera.fx)), height: 480 },
    }
  })
}

const anyTimes = fc
  .array(fc.double({ min: 0.05, max: 9, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map((steps) => steps.map((_, i) => steps.slice(0, i).reduce((sum, step) => sum + step, 0)))

const evenTimes = fc
  .double({ min: 0.05, max: 9, noNaN: true })
  .map((step) => Array.from({ length: 6 }, (_, i) => i * step))

test.each(TRAJECTORY_FORMATS)(
  '$summary: poses, lenses, sizes and times come back, but for what it says it loses',
  async (format) => {
    const even = format.loses.includes('uneven times')
    await fc.assert(
      fc.asyncProperty(anyMixedPath, even ? evenTimes : anyTimes, async (path, all) => {
        const cameras = sayable(path, format)
        const times = all.slice(0, cameras.length)
        const { files } = writeTrajectory({ cameras: path, times }, format)
        const again = await readTrajectory(filesInMemory(files))
        expectSamePath(again.cameras, cameras, 1e-5)
        if (format.loses.includes('times')) expect(again.times).toBeUndefined()
        else
          times.forEach((time, i) => expect(Math.abs(again.times![i]! - time)).toBeLessThan(1e-5))
      }),
      { numRuns: 50 },
    )
  },
)

test.each([
  ['a/b/cameras.json', '3dgs'],
  ['transforms.json', 'nerfstudio'],
  ['house.track.json', 'track'],
  ['house.scene.json', 'trajectory'],
  ['path.gltf', 'gltf'],
  ['path.GLB', 'glb'],
  ['path.txt', 'realestate10k'],
  ['model', 'colmap'],
  ['a.b/model/', 'colmap'],
])('%s is written as %s', (path, name) => {
  expect(trajectoryFormatOf(path).name).toBe(name)
})

test('another name is refused with the ones that are known', () => {
  expect(() => trajectoryFormatOf('path.csv')).toThrow('transforms.json')
})

test('what is lost is named', () => {
  const camera: Camera = {
    rotation: [1, 0, 0, 0],
    position: [0, 0, 0],
    fx: 1,
    fy: 1,
    cx: 0.5,
    cy: 0.5,
    size: { width: 64, height: 64 },
  }
  const cameras = [camera, { ...camera, cx: 0.4, fx: 2, size: { width: 32, height: 64 } }]
  const notesOf = (name: string, times?: number[]) =>
    writeTrajectory(
      { cameras, ...(times && { times }) },
      TRAJECTORY_FORMATS.find((format) => format.name === name)!,
    ).notes.join()
  expect(notesOf('trajectory', [0, 3])).toBe('')
  expect(notesOf('3dgs', [0, 3])).toMatch(/no times.*principal point/)
  expect(notesOf('3dgs')).not.toContain('times')
  expect(notesOf('gltf')).toMatch(/one size.*principal point.*one shape/)
  expect(notesOf('track')).not.toContain('even times')
  expect(notesOf('realestate10k')).toContain('how large')
})
