import type { Tensor, WasmHost } from '@flashworld/engine'
import type { GaussianHeadArgs } from './arguments.ts'
import { maxScalePixels } from './layout.ts'
import { gaussianHeadKernel } from './wasm-kernels.ts'

export function gaussianHeadWasm(
  { raw, cameras }: GaussianHeadArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const [batch, rows, cols] = raw.shape as [number, number, number, number]
  wasm.parallel(gaussianHeadKernel, {
    jobs: batch * rows,
    args: { raw, cameras, out, rows, cols, maxScalePixels },
  })
}
