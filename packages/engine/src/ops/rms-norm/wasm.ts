import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { activationCode } from '../../wasm/product.ts'
import { blocksOfRows } from '../../wasm/rows.ts'
import type { RmsNormArgs } from './arguments.ts'
import { rmsNormKernel } from './wasm-kernels.ts'

export function rmsNormWasm(
  { x, weight, eps, activation }: RmsNormArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const size = channels(x)
  const { jobs, ...blocks } = blocksOfRows(rows(x), size)
  wasm.parallel(rmsNormKernel, {
    jobs,
    args: { x, weight, out, size, eps, activation: activationCode(activation), ...blocks },
  })
}
