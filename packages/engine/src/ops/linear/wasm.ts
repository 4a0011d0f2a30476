import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { blockSize, finish, packedWeights, panelCount } from '../../wasm/product.ts'
import type { LinearArgs } from './arguments.ts'
import { linearKernel } from './wasm-kernels.ts'

export function linearWasm(args: LinearArgs, out: Tensor, wasm: WasmHost): void {
  const [m, n, k] = [rows(args.x), channels(out), channels(args.x)]
  const packed = packedWeights(args.w, { n, k }, wasm)
  const block = blockSize({ m, n, k }, wasm)
  const panels = panelCount(n, wasm)
  wasm.parallel(linearKernel, {
    jobs: Math.ceil(m / block.rowsPerJob) * Math.ceil(panels / block.panelsPerJob),
    args: { x: args.x, packed, m, k, panels, ...block, epilogue: finish(args, out) },
  })
}
