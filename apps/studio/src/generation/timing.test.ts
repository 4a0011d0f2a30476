import { expect, test } from 'vitest'
import type { Job } from './job.ts'
import { startJob } from './job.ts'
import { estimateOf, remainingSeconds, spokenTime, waitedSeconds } from './timing.ts'

const asked = { id: 'a', sentence: '', seed: 1, frames: 12, width: 192, height: 128 }
const job = (is: Partial<Job>): Job => ({ ...startJob(asked, 0), ...is })

test('what remains is the server’s estimate at first, and the pace of the work at last', () => {
  expect(remainingSeconds(job({}), 1000)).toBeNull()
  expect(remainingSeconds(job({ estimatedSeconds: 10 }), 4000)).toBe(6)
  expect(remainingSeconds(job({ estimatedSeconds: 3 }), 4000)).toBe(0)
  const running = { phase: 'running', startedAt: 0 } as const
  expect(remainingSeconds(job({ ...running, fraction: 0.5 }), 4000)).toBe(4)
  expect(remainingSeconds(job({ ...running, fraction: 0.1 }), 4000)).toBeNull()
  // an estimate of 10 s, and a pace that says 40
  const slow = { ...running, estimatedSeconds: 10 }
  expect(remainingSeconds(job({ ...slow, fraction: 0.15 }), 6000)).toBeCloseTo(0.5 * 34 + 0.5 * 4)
  // at first the estimate weighs more
  expect(remainingSeconds(job({ ...slow, fraction: 0.075 }), 3000)).toBeCloseTo(
    0.25 * 37 + 0.75 * 7,
  )
  expect(remainingSeconds(job({ ...slow, fraction: 0.5 }), 20_000)).toBe(20)
  expect(remainingSeconds(job({ phase: 'done', estimatedSeconds: 10 }), 1000)).toBe(0)
})

test('a wait ends with its job', () => {
  expect(waitedSeconds(job({ askedAt: 1000 }), 3500)).toBe(2.5)
  expect(waitedSeconds(job({ askedAt: 1000, endedAt: 2000 }), 9000)).toBe(1)
})

test('an estimate is of all worlds asked for, and says what is before them', () => {
  const wish = { frames: 10, width: 20, height: 10, worlds: 3 }
  const counts = { queued: 2, running: 1 }
  expect(estimateOf({ secondsPerPixel: 0.001, counts }, wish)).toEqual({ seconds: 6, ahead: 3 })
  expect(estimateOf({ secondsPerPixel: null, counts }, wish).seconds).toBeNull()
})

test('times are said as people say them', () => {
  expect(spokenTime(1.64)).toEqual({ unit: 'second', amount: 1.6 })
  expect(spokenTime(12.3)).toEqual({ unit: 'second', amount: 12 })
  expect(spokenTime(150)).toEqual({ unit: 'minute', amount: 3 })
})
