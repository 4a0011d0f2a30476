import fc from 'fast-check'
import { expect, test } from 'vitest'
import { view } from '../../test/arbitrary-path.ts'
import { isOpen, startDraft, startFor, withMove, withStart, withSubject } from './draft.ts'
import { pathThrough } from './edits.ts'
import { withValue } from './moves.ts'
import type { Loop } from './path.ts'
import { PLAY_RATE, playOn, shownFrame } from './player.ts'

const anyLoop = fc.constantFrom<Loop>('loop', 'ping-pong')

test('without a loop it plays to its end, and stops', () => {
  const path = { frames: 12, loop: 'off' as const }
  expect(playOn({ frame: 0, direction: 1 }, 0.5, path)).toEqual({ frame: 4, direction: 1 })
  expect(playOn({ frame: 10, direction: 1 }, 0.5, path)).toBeNull()
  expect(playOn({ frame: 0, direction: 1 }, 0.1, { frames: 1, loop: 'loop' })).toBeNull()
})

test('in a loop the last frame has its time before the first comes again', () => {
  const path = { frames: 4, loop: 'loop' as const }
  expect(playOn({ frame: 3, direction: 1 }, 0.5 / PLAY_RATE, path)!.frame).toBeCloseTo(3.5, 9)
  expect(playOn({ frame: 3, direction: 1 }, 1.5 / PLAY_RATE, path)!.frame).toBeCloseTo(0.5, 9)
})

test('ping-pong turns at both ends', () => {
  const path = { frames: 4, loop: 'ping-pong' as const }
  const back = playOn({ frame: 2.5, direction: 1 }, 1 / PLAY_RATE, path)!
  expect(back).toEqual({ frame: expect.closeTo(2.5, 9), direction: -1 })
  const on = playOn({ frame: 0.5, direction: -1 }, 1 / PLAY_RATE, path)!
  expect(on).toEqual({ frame: expect.closeTo(0.5, 9), direction: 1 })
})

test('however long the pause, what is shown is one of the frames', () => {
  fc.assert(
    fc.property(
      anyLoop,
      fc.integer({ min: 2, max: 60 }),
      fc.float({ min: 0, max: 100, noNaN: true }),
      (loop, frames, seconds) => {
        const { frame } = playOn({ frame: 0, direction: 1 }, seconds, { frames, loop })!
        for (const stepped of [true, false]) {
          const shown = shownFrame(frame, frames, stepped)
          expect(shown).toBeGreaterThanOrEqual(0)
          expect(shown).toBeLessThanOrEqual(frames - 1)
        }
        expect(Number.isInteger(shownFrame(frame, frames, true))).toBe(true)
      },
    ),
  )
})

test('a draft changes one move until something else changes the path', () => {
  const path = pathThrough([view([0, 0, 0]), view([1, 0, 0])])
  const draft = startDraft(path, 'end', 'dolly')
  expect(isOpen(draft, path)).toBe(false)
  expect(isOpen(draft, draft.made)).toBe(true)
  const farther = withMove(draft, withValue(draft.move, 'travel', 1))
  expect(farther.made.keys).toHaveLength(3)
  expect(farther.made.keys[2]!.position[2]).toBeCloseTo(-1, 9)
  expect(farther.gesture).toBe(draft.gesture)
  expect(withStart(farther, 'first').made.keys).toHaveLength(2)
  expect(isOpen(farther, { ...farther.made })).toBe(false)
  const orbit = withSubject(startDraft(path, 'end', 'orbit'), [1, 0, -3])
  expect(orbit.move.subject).toEqual([1, 0, -3])
  expect(isOpen(null, path)).toBe(false)
})

test('a new move begins at the end of what somebody drew', () => {
  const path = pathThrough([view([0, 0, 0]), view([1, 0, 0])])
  expect(startFor(path, false)).toBe('end')
  expect(startFor(path, true)).toBe('first')
  expect(startFor(pathThrough([view([0, 0, 0])]), false)).toBe('first')
})
