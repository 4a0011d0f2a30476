import { floats, words } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import type { QuantizeArgs } from './arguments.ts'
import { packTurned, quantizeTurned } from './turned-rows.ts'

export const quantizeReference = ({ x }: QuantizeArgs, out: Tensor): void =>
  words(out).set(packTurned(quantizeTurned(floats(x), channels(x))))
