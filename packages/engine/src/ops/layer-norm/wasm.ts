import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { blocksOfRows } from '../../wasm/rows.ts'
import type { LayerNormArgs } from './arguments.ts'
import { layerNormKernel } from './wasm-kernels.ts'

export function layerNormWasm(args: LayerNormArgs, out: Tensor, wasm: WasmHost): void {
  const { x, eps, weight, bias, scale, shift } = args
  const size = channels(x)
  const { jobs, ...blocks } = blocksOfRows(rows(x), size)
  wasm.parallel(layerNormKernel, {
    jobs,
    args: { x, out, size, eps, weight, bias, scale, shift, ...blocks },
  })
}
