import { expect, test } from 'vitest'
import type { WorldRecord } from './record.ts'
import { filesToDrop, filterRecords, poseOf, recordOfFile, titleOf } from './record.ts'
import { choose, startComparison, stillThere } from './compare.ts'

const record = (is: Partial<WorldRecord>): WorldRecord => ({
  ...recordOfFile({ id: 'a', name: 'house.ply' }, 0),
  ...is,
})

test('a world is called by its name, else by its sentence; a file by its own, without ending', () => {
  expect(titleOf(record({}))).toBe('house')
  expect(recordOfFile({ id: 'a', name: 'b.c.compressed.ply' }, 0).name).toBe('b.c')
  const project = { sentence: ' a red house ', photograph: null } as WorldRecord['project']
  expect(titleOf(record({ name: '', project }))).toBe('a red house')
  expect(titleOf(record({ name: 'Mine', project }))).toBe('Mine')
  expect(titleOf(record({ name: ' ' }))).toBeUndefined()
})

test('a world’s file stands at the first of its cameras', () => {
  const position = [1, 2, 3] as const
  const rotation = [0, 1, 0, 0] as const
  const cameras = [{ position, rotation }] as unknown as WorldRecord['cameras']
  expect(poseOf({ cameras })).toEqual({ position, rotation })
  expect(poseOf({ cameras: [] })).toEqual({ position: [0, 0, 0], rotation: [1, 0, 0, 0] })
})

test('the history is seen from the newest, all of it or what has a star', () => {
  const records = [
    record({ id: 'a', createdAt: 1, isStarred: true }),
    record({ id: 'c', createdAt: 3 }),
    record({ id: 'b', createdAt: 2, isStarred: true }),
  ]
  expect(filterRecords(records, 'all').map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  expect(filterRecords(records, 'starred').map(({ id }) => id)).toEqual(['b', 'a'])
})

test('files go from the oldest, starred ones last, and no more than must', () => {
  const file = (id: string, createdAt: number, isStarred = false) => ({
    id,
    bytes: 10,
    createdAt,
    isStarred,
  })
  const files = [file('new', 3), file('star', 1, true), file('old', 2)]
  expect(filesToDrop(files, 30)).toEqual([])
  expect(filesToDrop(files, 29)).toEqual(['old'])
  expect(filesToDrop(files, 10)).toEqual(['old', 'new'])
  expect(filesToDrop(files, 0)).toEqual(['old', 'new', 'star'])
})

test('two worlds stand side by side: the shown one and the one before it', () => {
  const ready = ['c', 'b', 'a'].map((id) => ({ id }))
  expect(startComparison(ready, 'b')).toEqual({ left: 'a', right: 'b', isLinked: true })
  expect(startComparison(ready, 'a')).toMatchObject({ left: 'c', right: 'a' })
  expect(startComparison(ready, null)).toMatchObject({ left: 'b', right: 'c' })
  expect(startComparison(ready.slice(0, 1), 'c')).toBeNull()
  const both = { left: 'a', right: 'b', isLinked: true }
  expect(choose(both, 'left', 'c')).toEqual({ ...both, left: 'c' })
  expect(choose(both, 'left', 'b')).toEqual({ ...both, left: 'b', right: 'a' })
  expect(stillThere(both, ready)).toBe(both)
  expect(stillThere(both, ready.slice(0, 2))).toBeNull()
})
