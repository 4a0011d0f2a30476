import { expect, test } from 'vitest'
import type { SceneEvent } from 'flashworld/client'
import type { Job, JobNews } from './job.ts'
import { isFinal, jobAfter, pendingJobs, shownJob, startJob } from './job.ts'

const asked = { id: 'a', sentence: 'a house', seed: null, frames: 12, width: 192, height: 128 }
const accepted: JobNews = {
  type: 'accepted',
  scene: { id: 's', seed: 7, ahead: 2, estimatedSeconds: 9, warnings: ['too small'] },
}
const told = (event: SceneEvent, at = 0): JobNews => ({ type: 'told', event, at })
const step = (n: number) =>
  told({ type: 'step', step: n, preview: `/v1/scenes/s/files/step-${n}.webp` })
const progress = (fraction: number, at = 0) =>
  told({ type: 'progress', stage: 'decoder', step: 2, fraction }, at)
const done = told({ type: 'done', seed: 7, gaussians: 5, seconds: 2, timings: {} })

const after = (...news: readonly JobNews[]): Job => news.reduce(jobAfter, startJob(asked, 100))

test('a job goes its way from being asked for to its file', () => {
  expect(after()).toMatchObject({ phase: 'sending', askedAt: 100, isConnected: true, seed: null })
  const taken = after(accepted)
  expect(taken).toMatchObject({ phase: 'queued', scene: 's', seed: 7, ahead: 2 })
  expect(taken).toMatchObject({ estimatedSeconds: 9, warnings: ['too small'] })
  expect(after(accepted, told({ type: 'place', ahead: 1 })).ahead).toBe(1)
  const running = after(accepted, told({ type: 'started', attempt: 1 }, 300), progress(0.4))
  expect(running).toMatchObject({ phase: 'running', startedAt: 300, fraction: 0.4, ahead: null })
  expect(running).toMatchObject({ stage: 'decoder', step: 2 })
  const pictured = after(accepted, told({ type: 'started', attempt: 1 }), step(1), step(2))
  expect(pictured.previews).toEqual(['step-1.webp', 'step-2.webp'])
  expect(after(accepted, done)).toMatchObject({ phase: 'fetching', fraction: 1, endedAt: null })
  const end = after(accepted, done, { type: 'fetched', at: 900 })
  expect(end).toMatchObject({ phase: 'done', endedAt: 900 })
  expect(isFinal(end)).toBe(true)
})

test('a connection that is lost is told, and what comes after it goes on', () => {
  const running = [accepted, told({ type: 'started', attempt: 1 }, 300), progress(0.5)]
  const lost = after(...running, { type: 'connection', isConnected: false })
  expect(lost).toMatchObject({ phase: 'running', isConnected: false, fraction: 0.5 })
  const back = jobAfter(lost, { type: 'connection', isConnected: true })
  expect(jobAfter(back, progress(0.6))).toMatchObject({ isConnected: true, fraction: 0.6 })
})

test('a job whose worker was lost waits again, its pictures gone', () => {
  const lost = after(
    accepted,
    told({ type: 'started', attempt: 1 }, 300),
    progress(0.6),
    step(1),
    told({ type: 'retry', code: 'job/worker-lost', message: 'lost' }),
  )
  expect(lost).toMatchObject({ phase: 'queued', retries: 1, fraction: 0, startedAt: null })
  expect(lost.previews).toEqual([])
  const again = jobAfter(lost, told({ type: 'started', attempt: 2 }, 800))
  expect(jobAfter(again, progress(0.1))).toMatchObject({ startedAt: 800, fraction: 0.1 })
})

test('events that are told again change nothing, and progress never goes back', () => {
  const once = [accepted, told({ type: 'started', attempt: 1 }, 300), step(1), step(2)]
  expect(after(...once, step(2))).toEqual(after(...once))
  expect(after(...once, progress(0.5), progress(0.4)).fraction).toBe(0.5)
  expect(after(...once, told({ type: 'queued' })).phase).toBe('running')
  expect(after(...once, accepted).phase).toBe('running')
})

test('who comes in the middle sees it run from then on', () => {
  expect(after(accepted, progress(0.5, 700))).toMatchObject({ phase: 'running', startedAt: 700 })
})

test('what is final stays', () => {
  const cancelled = after(
    accepted,
    { type: 'cancelling' },
    told({ type: 'cancelled' }, 500),
    progress(0.9),
    { type: 'connection', isConnected: false },
  )
  expect(cancelled).toMatchObject({ phase: 'cancelled', endedAt: 500, isConnected: true })
  expect(cancelled.isCancelling).toBe(false)
  const failure = { code: 'engine/lost', message: 'the device is gone', hint: 'try again' }
  const failed = after(accepted, told({ type: 'failed', ...failure }, 600), done)
  expect(failed).toMatchObject({ phase: 'failed', failure, endedAt: 600 })
  const expired = { code: 'world/expired', message: 'gone' }
  const late = after(accepted, done, { type: 'failed', failure: expired, at: 700 })
  expect(late).toMatchObject({ phase: 'failed', failure: expired })
  expect(jobAfter(late, { type: 'fetched', at: 800 })).toBe(late)
})

test('the large progress is of the job that runs, else of the next', () => {
  const [first, second, third] = ['a', 'b', 'c'].map((id) => startJob({ ...asked, id }, 0))
  const running = jobAfter(second!, progress(0.1))
  const ended = jobAfter(first!, told({ type: 'cancelled' }))
  expect(shownJob([first!, running, third!])).toBe(running)
  expect(shownJob([ended, third!])).toBe(third)
  expect(shownJob([ended, first!, third!])).toBe(first)
  expect(pendingJobs([ended, running, third!])).toEqual([running, third])
  expect(shownJob([ended])).toBeUndefined()
})
