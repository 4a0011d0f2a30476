import type { Gaussians } from '@flashworld/splats'
import type { Scene } from 'flashworld'
import type { Conversion } from 'flashworld/client'

/** What is asked of the thread that reads and writes files of splats. */
export type FileWork =
  /** A scene as it was made, as the file that is kept. */
  | { readonly type: 'write'; readonly scene: Pick<Scene, 'gaussians' | 'frame'> }
  /** A file in another format. */
  | {
      readonly type: 'convert'
      readonly file: Blob
      readonly name: string
      readonly to: Conversion
    }

export type FileAnswer =
  | { readonly file: Blob; readonly gaussians: number }
  | { readonly failure: { readonly message: string; readonly code?: string | undefined } }

export interface WrittenFile {
  readonly file: Blob
  /** That are in it. */
  readonly gaussians: number
}

/**
 * Does it in a thread of its own.
 * @throws Error with the library's `code`; the signal's reason when it aborts
 */
export async function workOnFile(work: FileWork, signal?: AbortSignal): Promise<WrittenFile> {
  signal?.throwIfAborted()
  const worker = new Worker(new URL('./files.worker.ts', import.meta.url), { type: 'module' })
  try {
    const answer = await new Promise<FileAnswer>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
      worker.addEventListener('message', ({ data }) => resolve(data as FileAnswer))
      worker.addEventListener('error', ({ message }) =>
        reject(new Error(message || 'the file could not be written')),
      )
      worker.postMessage(work, work.type === 'write' ? buffersOf(work.scene.gaussians) : [])
    })
    if ('failure' in answer) {
      throw Object.assign(new Error(answer.failure.message), { code: answer.failure.code })
    }
    return answer
  } finally {
    worker.terminate()
  }
}

/** The memory of a cloud, to be handed over instead of copied. */
const buffersOf = (gaussians: Gaussians): ArrayBuffer[] => [
  ...new Set(
    Object.values(gaussians)
      .filter((value) => ArrayBuffer.isView(value))
      .map(({ buffer }) => buffer as ArrayBuffer),
  ),
]
