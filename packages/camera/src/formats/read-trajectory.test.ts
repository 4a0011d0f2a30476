import { expect, test } from 'vitest'
import { expectSamePath } from '../../test/same-path.ts'
import { templatePath } from '../templates.ts'
import { writeInria } from './inria.ts'
import { readTrajectory } from './read-trajectory.ts'
import { writeTrajectoryJson } from './trajectory-json.ts'
import { writeGltf } from './write-gltf.ts'

const size = { width: 704, height: 480 }
const path = templatePath('arc-right', { count: 5, size })

test.each([
  ['a trajectory', writeTrajectoryJson(path)],
  ["3DGS's cameras.json", writeInria(path)],
  ['a glTF', writeGltf(path)],
])('%s is recognised', (_, text) => {
  expectSamePath(readTrajectory(text).cameras, path, 1e-6) // f32 in the glTF
})

test.each(['', 'null', '7', '{}', 'solid'])("'%s' is refused", (text) => {
  expect(() => readTrajectory(text)).toThrow(expect.objectContaining({ code: 'camera/format' }))
})
