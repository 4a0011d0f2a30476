import { words } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { ConcatArgs } from './arguments.ts'
import { concatRuns } from './arguments.ts'

/** Moves 32-bit words, whatever they mean. */
export function concatReference(args: ConcatArgs, out: Tensor): void {
  for (const { x, first, apart, length, count } of concatRuns(args)) {
    for (let run = 0; run < count; run++) {
      words(out).set(words(x).subarray(run * length, (run + 1) * length), first + run * apart)
    }
  }
}
