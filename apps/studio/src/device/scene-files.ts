import type { Gaussians } from '@flashworld/splats'
import type { Scene } from 'flashworld'
import type { Conversion } from 'flashworld/client'
import { askThread } from '../thread/ask.ts'

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

export interface WrittenFile {
  readonly file: Blob
  /** That are in it. */
  readonly gaussians: number
}

/**
 * Does it in a thread of its own.
 * @throws Error with the library's `code`; the signal's reason when it aborts
 */
export const workOnFile = (work: FileWork, signal?: AbortSignal): Promise<WrittenFile> =>
  askThread({
    start: () => new Worker(new URL('./files.worker.ts', import.meta.url), { type: 'module' }),
    work,
    transfer: work.type === 'write' ? buffersOf(work.scene.gaussians) : [],
    failed: 'the file could not be written',
    signal,
  })

/** The memory of a cloud, to be handed over instead of copied. */
const buffersOf = (gaussians: Gaussians): ArrayBuffer[] => [
  ...new Set(
    Object.values(gaussians)
      .filter((value) => ArrayBuffer.isView(value))
      .map(({ buffer }) => buffer as ArrayBuffer),
  ),
]
