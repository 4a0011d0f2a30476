import type { LoadProgress, WorkerWorld } from 'flashworld/browser'

/** What the studio uses of a model in a worker. */
export type DeviceWorld = Pick<WorkerWorld, 'generate' | 'dispose' | 'engine'>

export interface OpenOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: LoadProgress) => void
}

/** Keeps one model in memory. */
export interface WorldKeeper {
  /**
   * The model, loaded unless it is there already.
   * @throws what loading throws; the signal's reason
   */
  world(options: OpenOptions): Promise<DeviceWorld>
  /** Ends the model's worker, whatever it does: the next one is loaded anew. */
  drop(): void
}

/**
 * @param open loads the model
 * @param wished what it is loaded with, as text: when that changes, another one is loaded
 */
export function keepWorld(
  open: (options: OpenOptions) => Promise<DeviceWorld>,
  wished: () => string,
): WorldKeeper {
  let kept: { readonly world: DeviceWorld; readonly of: string } | undefined
  const drop = () => {
    kept?.world.dispose()
    kept = undefined
  }
  return {
    drop,
    async world(options) {
      const of = wished()
      if (kept?.of === of) return kept.world
      drop()
      const world = await open(options)
      if (options.signal.aborted) {
        world.dispose()
        throw options.signal.reason
      }
      kept = { world, of }
      return world
    },
  }
}
