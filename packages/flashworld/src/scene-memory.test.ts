import { expect, test } from 'vitest'
import { sceneMemory } from './scene-memory.ts'

test('what was put into taken memory stays, however little of it was made ready', () => {
  const memory = sceneMemory(3)
  memory.prepare()
  const { positions, sh } = memory.take()
  positions.fill(1)
  sh.fill(2)
  for (let i = 0; i < 10; i++) memory.prepare()
  expect(new Set(positions)).toEqual(new Set([1]))
  expect(new Set(sh)).toEqual(new Set([2]))
})

test('all of the memory can be made ready, and more often than there is memory', () => {
  const memory = sceneMemory(1000)
  for (let i = 0; i < 20; i++) memory.prepare()
  expect(memory.take().count).toBe(1000)
})
