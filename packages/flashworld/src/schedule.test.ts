import { expect, test } from 'vitest'
import { schedule } from './schedule.ts'

test('the four steps are those of the published model', () => {
  expect(schedule.map((s) => s.sigma)).toEqual([1, 0.9, 0.75, 0.5])
  expect(schedule.map((s) => s.timestep)).toEqual([1000, 900, 750, 500])
})
