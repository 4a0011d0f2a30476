import type { Gaussians } from '@flashworld/splats'
import { askThread } from '../../thread/ask.ts'
import type { PackedWorld } from './pack.ts'

export interface ReadRequest {
  readonly file: Blob
  readonly name: string
  /** Of a larger world, so many Gaussians that show most are kept. */
  readonly most: number
}

export interface WorldData {
  readonly packed: PackedWorld
  /** Enough of it to tell how far away things are. */
  readonly few: Gaussians
}

/**
 * Reads a file of splats of any format that the library reads, in a thread of its own.
 * @throws Error with the reader's message and `code`; the signal's reason when it aborts
 */
export const readWorld = (work: ReadRequest, signal: AbortSignal): Promise<WorldData> =>
  askThread({
    start: () => new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module' }),
    work,
    failed: 'the world could not be read',
    signal,
  })
