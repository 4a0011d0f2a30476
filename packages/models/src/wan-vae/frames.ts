import type { Engine, Tensor } from '@flashworld/engine'
import { concat, slice } from '@flashworld/engine'

export interface FrameOptions {
  /** How many frames go through at once: fewer take less memory. Default all. */
  readonly framesPerCall?: number
  /**
   * Awaited after each call: a turn for others, the place to show progress or to stop by throwing. `made` is what the
   * call gave; it lives until then.
   */
  readonly onFrames?: (done: number, total: number, made: Tensor) => Promise<void> | void
}

/**
 * Runs `body`, on an engine of its own scope, over inputs `[B, …]` some frames at a time and puts the results together.
 * What is held of `params` is on the device from the first call to the last.
 */
export function byFrames(
  engine: Engine,
  inputs: readonly Tensor[],
  {
    framesPerCall = inputs[0]!.shape[0]!,
    onFrames,
    params,
    body,
  }: FrameOptions & {
    params: unknown
    body: (engine: Engine, inputs: readonly Tensor[]) => Tensor
  },
): Promise<Tensor> {
  const total = inputs[0]!.shape[0]!
  return engine.scope(async (engine) => {
    const results: Tensor[] = []
    for (let start = 0; start < total; start += framesPerCall) {
      const end = Math.min(start + framesPerCall, total)
      const isAll = end - start === total
      const made = engine.scope((engine) =>
        body(engine, isAll ? inputs : inputs.map((x) => slice(engine, x, 0, start, end))),
      )
      results.push(made)
      await onFrames?.(end, total, made)
    }
    engine.unload(params)
    return results.length === 1 ? results[0]! : concat(engine, results, 0)
  })
}
