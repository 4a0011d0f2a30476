import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { blocksOfRows } from '../../wasm/rows.ts'
import type { GaussianSampleArgs } from './arguments.ts'
import { gaussianSampleKernel } from './wasm-kernels.ts'

export function gaussianSampleWasm(
  { moments, eps }: GaussianSampleArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const size = channels(eps)
  const { jobs, ...blocks } = blocksOfRows(rows(eps), size)
  wasm.parallel(gaussianSampleKernel, { jobs, args: { moments, eps, out, size, ...blocks } })
}
