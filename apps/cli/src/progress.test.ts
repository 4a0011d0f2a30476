import { expect, test } from 'vitest'
import type { ProgressEvent } from './events.ts'
import type { Watcher } from './progress.ts'
import { createProgress, watched } from './progress.ts'

/** A stream that keeps what is written, and a clock that is set by hand. */
function watcher(stream: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = []
  const clock = { seconds: 100 }
  return {
    written,
    clock,
    watcher: { stream: { ...stream, write: (text: string) => written.push(text) } },
    now: () => clock.seconds,
  }
}

test('a terminal has one line with bar, rate and time left, which fits and is taken away', () => {
  const { watcher: who, written, clock, now } = watcher({ isTTY: true, columns: 200 })
  const progress = createProgress(who, { total: 346, unit: 'pictures', now })
  progress.show(0, 'rendering')
  clock.seconds += 10
  progress.show(100, 'rendering')
  // 10 a second, 246 to go
  expect(written.at(-1)).toBe(
    `\r\x1b[2K${'█'.repeat(7)}${'░'.repeat(17)}  28 %  rendering  10 pictures/s  0:25 left`,
  )
  clock.seconds += 0.05
  progress.show(101, 'rendering')
  expect(written).toHaveLength(2) // too soon to be read
  progress.end()
  expect(written.at(-1)).toBe('\r\x1b[2K')

  const narrow = watcher({ isTTY: true, columns: 40 })
  createProgress(narrow.watcher).show(0.5, 'a long activity that goes on and on')
  expect(narrow.written[0]!.slice('\r\x1b[2K'.length)).toHaveLength(39)
})

test('a log gets a line every few seconds, and none of short work', () => {
  const { watcher: who, written, clock, now } = watcher()
  const progress = createProgress(who, { now })
  for (let i = 0; i <= 120; i++) {
    progress.show(i / 240, `step ${Math.floor(i / 10)}`)
    clock.seconds += 0.125
  }
  progress.end()
  expect(written).toEqual([
    '  6 %  step 1  0:28 left\n',
    ' 23 %  step 5  0:23 left\n',
    ' 40 %  step 9  0:18 left\n',
  ])
  const short = watcher()
  createProgress(short.watcher, { now: short.now }).show(1, 'all of it')
  expect(short.written).toEqual([])
})

test('programs hear of every activity, and of one activity twice a second', () => {
  const events: ProgressEvent[] = []
  const { clock, now } = watcher()
  const who: Watcher = { event: (event) => events.push(event) }
  const progress = createProgress(who, { total: null, unit: 'MiB', now })
  progress.show(0, 'reading', { stage: 'text', step: 0 })
  progress.show(0, 'writing')
  clock.seconds += 0.4
  progress.show(1, 'writing')
  clock.seconds += 0.2
  progress.show(2, 'writing')
  const common = { type: 'progress', fraction: null, total: null, unit: 'MiB', secondsLeft: null }
  expect(events).toEqual([
    { ...common, activity: 'reading', done: 0, stage: 'text', step: 0 },
    { ...common, activity: 'writing', done: 0 },
    { ...common, activity: 'writing', done: 2 },
  ])
})

test('nobody is told when nobody watches', () => {
  const progress = createProgress({ stream: undefined })
  progress.show(0.5, 'work')
  progress.end()
})

test('an hour and more', () => {
  const { watcher: who, written, clock, now } = watcher({ isTTY: true })
  const progress = createProgress(who, { now })
  progress.show(0, 'x')
  clock.seconds += 60
  progress.show(1 / 65, 'x')
  expect(written.at(-1)).toContain('1:04:00 left')
})

test('frames pass through and are counted; what they throw comes through after the line is gone', async () => {
  const { watcher: who, written } = watcher({ isTTY: true })
  async function* frames() {
    yield 'a'
    throw new Error('enough')
  }
  const passing = Array.fromAsync(watched(frames(), createProgress(who, { total: 2 }), 'filming'))
  await expect(passing).rejects.toThrow('enough')
  expect(written.at(-1)).toBe('\r\x1b[2K')
})
