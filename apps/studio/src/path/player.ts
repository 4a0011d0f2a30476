import type { Loop } from './path.ts'

/** Frames a second at which a path is played: slow enough to judge each. */
export const PLAY_RATE = 8

/** Where a path is played, and which way it runs. */
export interface Playing {
  /** With fractions, from 0. */
  readonly frame: number
  readonly direction: 1 | -1
}

/** A while later; null where the path has come to its end and does not loop. */
export function playOn(
  { frame, direction }: Playing,
  seconds: number,
  { frames, loop }: { readonly frames: number; readonly loop: Loop },
): Playing | null {
  const end = frames - 1
  if (end <= 0) return null
  const next = frame + direction * seconds * PLAY_RATE
  switch (loop) {
    case 'off':
      return next >= end ? null : { frame: next, direction }
    case 'loop':
      // the last frame has its time too, before the first comes again
      return { frame: wrap(next, end + 1), direction: 1 }
    case 'ping-pong': {
      const around = wrap(direction === 1 ? next : 2 * end - next, 2 * end)
      return around <= end
        ? { frame: around, direction: 1 }
        : { frame: 2 * end - around, direction: -1 }
    }
  }
}

/** What is shown of a playing path: the moment, or the model's own frame before it. */
export const shownFrame = (frame: number, frames: number, isStepped: boolean): number =>
  Math.min(isStepped ? Math.floor(frame + 1e-9) : frame, frames - 1)

const wrap = (value: number, size: number) => ((value % size) + size) % size
