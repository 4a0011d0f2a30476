import type { Gaussians } from '@flashworld/splats'
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

export type ReadAnswer =
  WorldData | { readonly failure: { readonly message: string; readonly code?: string | undefined } }

/**
 * Reads a file of splats of any format that the library reads, in a thread of its own.
 * @throws Error with the reader's message and `code`; the signal's reason when it aborts
 */
export async function readWorld(request: ReadRequest, signal: AbortSignal): Promise<WorldData> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module' })
  try {
    const answer = await new Promise<ReadAnswer>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      worker.addEventListener('message', ({ data }) => resolve(data as ReadAnswer))
      worker.addEventListener('error', ({ message }) =>
        reject(new Error(message || 'the world could not be read')),
      )
      worker.postMessage(request)
    })
    if ('failure' in answer) {
      throw Object.assign(new Error(answer.failure.message), { code: answer.failure.code })
    }
    return answer
  } finally {
    worker.terminate()
  }
}
