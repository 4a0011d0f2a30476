import type { Lens } from '@flashworld/camera'
import { askThread } from '../thread/ask.ts'
import type { Pixels } from './upsample.ts'

export interface BlockOutWork {
  readonly picture: Pixels
  /** Of the picture. */
  readonly lens: Lens
  /** A PLY, in the frame of the photograph's camera. */
  readonly guess: Blob
}

/**
 * Blocks out in a thread of its own; answers a PLY.
 * @throws Error; the signal's reason when it aborts
 */
export const blockOutInWorker = (work: BlockOutWork, signal: AbortSignal): Promise<Blob> =>
  askThread({
    start: () => new Worker(new URL('./block-out.worker.ts', import.meta.url), { type: 'module' }),
    work,
    failed: 'the photograph could not be blocked out',
    signal,
  })
