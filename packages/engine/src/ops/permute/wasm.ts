import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { blocksOfRows } from '../../wasm/rows.ts'
import type { PermuteArgs } from './arguments.ts'
import { maxAxes, permutedStrides } from './arguments.ts'
import { permuteKernel } from './wasm-kernels.ts'

export function permuteWasm(args: PermuteArgs, out: Tensor, wasm: WasmHost): void {
  const missing = maxAxes - out.shape.length
  const sizes = [...Array<number>(missing).fill(1), ...out.shape]
  const strides = [...Array<number>(missing).fill(0), ...permutedStrides(args)]
  const { jobs, ...blocks } = blocksOfRows(rows(out), channels(out))
  wasm.parallel(permuteKernel, { jobs, args: { from: args.x, to: out, sizes, strides, ...blocks } })
}
