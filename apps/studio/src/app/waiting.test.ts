import { expect, test } from 'vitest'
import { emptyProject } from '../project/project.ts'
import { createProjectStore } from '../project/store.ts'
import type { Session } from './session.ts'
import { createSessionStore } from './session.ts'
import { followWaiting } from './waiting.ts'

function waiting() {
  const project = createProjectStore(emptyProject)
  const session = createSessionStore({ place: 'studio', stage: 'result' })
  followWaiting({ project, session })
  session.setState({ stage: 'plan', isWaiting: true })
  return { project, session, isWaiting: () => session.getState().isWaiting }
}

test('who has asked for a world waits, also while the view moves and time passes', () => {
  const { session, isWaiting } = waiting()
  expect(isWaiting()).toBe(true)
  session.setState({ readout: { framesPerSecond: 30, splats: 9, depth: 1 } })
  session.setState({ announcement: { kind: 'nothing-selected' }, sheet: 'history' })
  expect(isWaiting()).toBe(true)
})

test.each<[string, Partial<Session>]>([
  ['another view', { stage: 'compare' }],
  ['a key is selected', { selection: { kind: 'path' } }],
  ['a tool is taken', { tool: 'draw' }],
  ['the path is recorded', { mode: 'record' }],
  ['the path is looked along', { playhead: 2 }],
  ['a dialog is open', { dialog: 'export' }],
  ['the start page', { place: 'welcome' }],
])('%s: it is waited no more', (_, change) => {
  const { session, isWaiting } = waiting()
  session.setState(change)
  expect(isWaiting()).toBe(false)
})

test('whoever writes or draws on does not wait; undoing it does not make them', () => {
  const { project, isWaiting } = waiting()
  project.edit((now) => ({ ...now, sentence: 'another house' }))
  expect(isWaiting()).toBe(false)
  project.undo()
  expect(isWaiting()).toBe(false)
})

test('asking for another world while one waits is waiting', () => {
  const { session, isWaiting } = waiting()
  session.setState({ stage: 'plan', isWaiting: true })
  expect(isWaiting()).toBe(true)
})
