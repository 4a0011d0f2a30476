import { expect, test } from 'vitest'
import { Gesture } from './gesture.ts'

test('a gesture starts with its first change, and what changed nothing never was one', () => {
  const phases: string[] = []
  const gesture = new Gesture((phase) => phases.push(phase))
  gesture.end()
  gesture.change()
  gesture.change()
  gesture.end()
  gesture.end()
  gesture.change()
  gesture.cancel()
  gesture.end()
  expect(phases).toEqual(['start', 'end', 'start', 'cancel'])
})
