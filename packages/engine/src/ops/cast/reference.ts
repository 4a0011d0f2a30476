import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { CastArgs } from './arguments.ts'

export function castReference({ x }: CastArgs, out: Tensor): void {
  floats(out).set(floats(x))
}
