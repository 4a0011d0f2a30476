import type { RemoteCheckpoint } from 'flashworld/browser'
import { askThread } from '../thread/ask.ts'

export type StoreWork =
  | { readonly type: 'describe'; readonly url: string }
  | { readonly type: 'store'; readonly url: string; readonly as: string }

/** A model that this device keeps. */
export interface KeptModel {
  /** What it is kept under; its precision is part of it. */
  readonly name: string
  readonly bytes: number
  /** False where its download was stopped. */
  readonly isWhole: boolean
}

/** What a model is kept under: of one model, several precisions may be. */
export const keptModelName = ({ name, precision }: RemoteCheckpoint): string =>
  `${name}-${precision}`

/** The models that this device keeps. */
export async function keptModels(): Promise<KeptModel[]> {
  const { isWholeCheckpoint, storedCheckpoints } = await import('flashworld/browser')
  return (await storedCheckpoints()).map(({ name, bytes, paths }) => ({
    name,
    bytes,
    isWhole: isWholeCheckpoint(paths),
  }))
}

export async function forgetModel(name: string): Promise<void> {
  const { removeCheckpoint } = await import('flashworld/browser')
  await removeCheckpoint(name)
}

/**
 * Does it in a thread of its own; one that is stopped goes on where it ended, the next time.
 * @throws Error; the signal's reason when it aborts
 */
export const workOnModel = (
  work: StoreWork,
  given: { readonly signal: AbortSignal; readonly onProgress?: (share: number) => void },
): Promise<RemoteCheckpoint> =>
  askThread({
    start: () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' }),
    work,
    failed: 'the model could not be stored',
    ...given,
  })
