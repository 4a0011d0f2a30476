import { expect, test } from 'vitest'
import { cancelled, edited, redone, settled, startHistory, undone } from './history.ts'
import { emptyProject } from './project.ts'
import type { Project } from './project.ts'

const say = (sentence: string) => (project: Project) => ({ ...project, sentence })
const start = startHistory(emptyProject)

test('each edit is one step, undone and redone', () => {
  const two = edited(edited(start, say('a')), say('b'))
  expect(undone(two).present.sentence).toBe('a')
  expect(undone(undone(two)).present).toBe(emptyProject)
  expect(redone(undone(undone(two))).present.sentence).toBe('a')
  expect(redone(redone(undone(undone(two)))).present.sentence).toBe('b')
})

test('all edits of one drag are one step', () => {
  let history = edited(start, say('a'))
  for (const words of ['b', 'c', 'd']) history = edited(history, say(words), 'drag-1')
  expect(undone(history).present.sentence).toBe('a')
  expect(redone(undone(history)).present.sentence).toBe('d')
})

test('another drag, or the same after it was settled, is another step', () => {
  const first = edited(edited(start, say('a'), 'drag-1'), say('b'), 'drag-2')
  expect(undone(first).present.sentence).toBe('a')
  const again = edited(settled(edited(start, say('a'), 'drag-1')), say('b'), 'drag-1')
  expect(undone(again).present.sentence).toBe('a')
})

test('an edit between parts a drag', () => {
  const history = edited(edited(edited(start, say('a'), 'd'), say('b')), say('c'), 'd')
  expect(undone(history).present.sentence).toBe('b')
})

test('a cancelled drag leaves nothing, and no step', () => {
  let history = edited(start, say('a'))
  for (const words of ['b', 'c']) history = edited(history, say(words), 'drag')
  const after = cancelled(history)
  expect(after.present.sentence).toBe('a')
  expect(after.past).toEqual([emptyProject])
  // without a drag there is nothing to cancel
  expect(cancelled(after)).toBe(after)
})

test('what changes nothing is no step, and forgets nothing that was undone', () => {
  const history = undone(edited(start, say('a')))
  expect(edited(history, (project) => project)).toBe(history)
  expect(redone(history).present.sentence).toBe('a')
})

test('an edit after an undo forgets what was undone', () => {
  const history = edited(undone(edited(start, say('a'))), say('b'))
  expect(redone(history).present.sentence).toBe('b')
})

test('nothing before the first, nothing after the last', () => {
  expect(undone(start)).toEqual(start)
  expect(redone(start)).toEqual(start)
})

test('the steps that are kept are limited', () => {
  let history = start
  for (let i = 0; i < 500; i++) history = edited(history, say(String(i)))
  expect(history.past.length).toBe(200)
  expect(history.past.at(-1)!.sentence).toBe('498')
})
