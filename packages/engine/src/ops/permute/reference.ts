import { words } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { PermuteArgs } from './arguments.ts'
import { permutedStrides } from './arguments.ts'

/** Moves 32-bit words, whatever they mean. */
export function permuteReference(args: PermuteArgs, out: Tensor): void {
  const [from, to] = [words(args.x), words(out)]
  const strides = permutedStrides(args)
  to.forEach((_, at) => {
    let [rest, source] = [at, 0]
    for (let axis = strides.length - 1; axis >= 0; axis--) {
      source += (rest % out.shape[axis]!) * strides[axis]!
      rest = Math.floor(rest / out.shape[axis]!)
    }
    to[at] = from[source]!
  })
}
