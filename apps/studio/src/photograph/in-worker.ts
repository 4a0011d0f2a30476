import type { Lens } from '@flashworld/camera'
import type { Pixels } from './upsample.ts'

export interface BlockOutWork {
  readonly picture: Pixels
  /** Of the picture. */
  readonly lens: Lens
  /** A PLY, in the frame of the photograph's camera. */
  readonly guess: Blob
}

export type BlockOutAnswer = { readonly file: Blob } | { readonly failure: string }

/**
 * Blocks out in a thread of its own; answers a PLY.
 * @throws Error; the signal's reason when it aborts
 */
export async function blockOutInWorker(work: BlockOutWork, signal: AbortSignal): Promise<Blob> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./block-out.worker.ts', import.meta.url), { type: 'module' })
  try {
    const answer = await new Promise<BlockOutAnswer>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      worker.addEventListener('message', ({ data }) => resolve(data as BlockOutAnswer))
      worker.addEventListener('error', ({ message }) =>
        reject(new Error(message || 'the photograph could not be blocked out')),
      )
      worker.postMessage(work)
    })
    if ('failure' in answer) throw new Error(answer.failure)
    return answer.file
  } finally {
    worker.terminate()
  }
}
