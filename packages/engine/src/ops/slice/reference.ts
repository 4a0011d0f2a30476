import { words } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { SliceArgs } from './arguments.ts'
import { sliceRuns } from './arguments.ts'

/** Moves 32-bit words, whatever they mean. */
export function sliceReference(args: SliceArgs, out: Tensor): void {
  const { count, first, apart, length } = sliceRuns(args)
  for (let run = 0; run < count; run++) {
    const from = first + run * apart
    words(out).set(words(args.x).subarray(from, from + length), run * length)
  }
}
