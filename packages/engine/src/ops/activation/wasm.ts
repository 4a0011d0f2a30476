import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { activationCode } from '../../wasm/product.ts'
import type { ActivationArgs } from './arguments.ts'
import { activationKernel } from './wasm-kernels.ts'

/** A multiple of 4, so that every job but the last has whole vectors. */
const perJob = 16384

export function activationWasm(
  { x, activation }: ActivationArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const count = elementCount(out.shape)
  wasm.parallel(activationKernel, {
    jobs: Math.ceil(count / perJob),
    args: { x, out, activation: activationCode(activation), count, perJob },
  })
}
