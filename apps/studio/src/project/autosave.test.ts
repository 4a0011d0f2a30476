import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAutosave } from './autosave.ts'
import type { Draft, Drafts } from './drafts.ts'
import { emptyProject } from './project.ts'
import { createProjectStore } from './store.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const say = (sentence: string) => (project: typeof emptyProject) => ({ ...project, sentence })

function start(save: Drafts['save']) {
  const project = createProjectStore(emptyProject)
  const drafts: Drafts = { save, last: async () => undefined, remove: async () => {} }
  return {
    project,
    autosave: startAutosave(project, drafts, { tab: 't', after: 400, now: () => 7 }),
  }
}

test('a moment after the last edit everything is saved, once', async () => {
  const saved: Draft[] = []
  const { project, autosave } = start(async (draft) => void saved.push(draft))
  project.edit(say('a'))
  await vi.advanceTimersByTimeAsync(300)
  project.edit(say('ab'))
  expect(autosave.state.getState()).toBe('saving')
  await vi.advanceTimersByTimeAsync(399)
  expect(saved).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(saved).toEqual([{ tab: 't', savedAt: 7, project: { ...emptyProject, sentence: 'ab' } }])
  expect(autosave.state.getState()).toBe('saved')
})

test('undone edits are saved too', async () => {
  const saved: string[] = []
  const { project } = start(async (draft) => void saved.push(draft.project.sentence))
  project.edit(say('a'))
  await vi.advanceTimersByTimeAsync(400)
  project.undo()
  await vi.advanceTimersByTimeAsync(400)
  expect(saved).toEqual(['a', ''])
})

test('who leaves at once loses nothing', async () => {
  const saved: string[] = []
  const { project, autosave } = start(async (draft) => void saved.push(draft.project.sentence))
  project.edit(say('a'))
  await autosave.flush()
  expect(saved).toEqual(['a'])
})

test('a browser that keeps nothing says so, and is asked again', async () => {
  let full = true
  const { project, autosave } = start(async () => {
    if (full) throw new DOMException('no room', 'QuotaExceededError')
  })
  project.edit(say('a'))
  await vi.advanceTimersByTimeAsync(400)
  expect(autosave.state.getState()).toBe('never')
  full = false
  project.edit(say('b'))
  await vi.advanceTimersByTimeAsync(400)
  expect(autosave.state.getState()).toBe('saved')
})

test('after its end nothing is saved', async () => {
  const saved: unknown[] = []
  const { project, autosave } = start(async (draft) => void saved.push(draft))
  project.edit(say('a'))
  autosave.stop()
  await vi.advanceTimersByTimeAsync(1000)
  expect(saved).toEqual([])
})

test('what nobody has touched is not kept, what was opened is', async () => {
  const saved: string[] = []
  const { project } = start(async (draft) => void saved.push(draft.project.name))
  project.begin({ ...emptyProject, name: 'fresh' })
  await vi.advanceTimersByTimeAsync(1000)
  expect(saved).toEqual([])
  project.open({ ...emptyProject, name: 'opened' })
  await vi.advanceTimersByTimeAsync(1000)
  expect(saved).toEqual(['opened'])
})
