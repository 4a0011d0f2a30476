import { lensFromFov } from '@flashworld/camera'
import { axisAngleQuat } from '@flashworld/math'
import { expect, test } from 'vitest'
import { emptyProject } from '../project/project.ts'
import { extendProject } from './extend.ts'

const size = { width: 192, height: 128 }
const camera = {
  position: [1, 2, 3],
  rotation: axisAngleQuat([0, 1, 0], 40),
  ...lensFromFov(size, 70),
} as const

test('a path goes on at a camera, which sees its first frame as a photograph', () => {
  const base = {
    ...emptyProject,
    name: 'House',
    sentence: 'a red house',
    scene: { ...emptyProject.scene, seed: 5, worlds: 4 },
  }
  const seen = { name: 'frame-6.png', file: new Blob(['picture']), size }
  const project = extendProject(base, camera, seen)
  expect(project).toMatchObject({ name: 'House', sentence: 'a red house' })
  expect(project.scene).toEqual({ ...base.scene, worlds: 1 })
  expect(project.path.keys).toHaveLength(1)
  const [key] = project.path.keys
  expect(key).toMatchObject({ position: camera.position, rotation: camera.rotation })
  expect(key!.fovDegrees).toBeCloseTo(70)
  expect(project.photograph).toMatchObject({
    name: 'frame-6.png',
    frame: 0,
    crop: { left: 0, top: 0, width: 1, height: 1 },
  })
})
