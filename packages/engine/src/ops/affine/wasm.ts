import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { blocksOfRows } from '../../wasm/rows.ts'
import type { AffineArgs } from './arguments.ts'
import { affineKernel } from './wasm-kernels.ts'

export function affineWasm({ x, scale, shift }: AffineArgs, out: Tensor, wasm: WasmHost): void {
  const size = channels(x)
  const { jobs, ...blocks } = blocksOfRows(rows(x), size)
  wasm.parallel(affineKernel, { jobs, args: { x, scale, shift, out, size, ...blocks } })
}
