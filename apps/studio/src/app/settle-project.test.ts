import type { ServerModel } from 'flashworld/client'
import { expect, test } from 'vitest'
import { emptyProject } from '../project/project.ts'
import { createProjectStore } from '../project/store.ts'
import { createWorkshopStore } from '../workshop/workshop-state.ts'
import { settleProject } from './settle-project.ts'

const model = { name: 'mini', resolution: [16, 96, 160] } as unknown as ServerModel

function setUp() {
  const project = createProjectStore(emptyProject)
  const workshop = createWorkshopStore()
  settleProject(project, workshop)
  return { project, answer: () => workshop.setState({ models: [model] }) }
}

test('an untouched project takes the scene of the model and a path, and is still untouched', () => {
  const { project, answer } = setUp()
  expect(project.history.getState().present).toBe(emptyProject)
  answer()
  const { present, isFresh } = project.history.getState()
  expect(present.scene).toEqual({ ...emptyProject.scene, frames: 16, height: 96, width: 160 })
  expect(present.path.keys.length).toBeGreaterThan(1)
  expect(isFresh).toBe(true)
})

test('who writes before the models are known gets a path all the same, and keeps the words', () => {
  const { project, answer } = setUp()
  project.edit((now) => ({ ...now, sentence: 'a red house' }))
  answer()
  const { present, isFresh } = project.history.getState()
  expect(present.sentence).toBe('a red house')
  expect(present.scene.frames).toBe(16)
  expect(present.path.keys.length).toBeGreaterThan(1)
  expect(isFresh).toBe(false)
})

test('a scene or a path that somebody chose stays', () => {
  for (const chosen of [
    { scene: { ...emptyProject.scene, frames: 8 } },
    { path: { ...emptyProject.path, smooth: false } },
  ]) {
    const { project, answer } = setUp()
    project.edit((now) => ({ ...now, ...chosen }))
    const { present } = project.history.getState()
    answer()
    expect(project.history.getState().present).toBe(present)
  }
})

test('a path that was taken away does not come back', () => {
  const { project, answer } = setUp()
  answer()
  project.edit((now) => ({ ...now, path: emptyProject.path }))
  answer()
  expect(project.history.getState().present.path.keys).toEqual([])
})
