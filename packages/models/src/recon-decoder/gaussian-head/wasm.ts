import type { Tensor, WasmHost } from '@flashworld/engine'
import type { GaussianHeadArgs } from './arguments.ts'
import { maxScalePixels } from './layout.ts'

export function gaussianHeadWasm(
  { raw, cameras }: GaussianHeadArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const [batch, rows, cols] = raw.shape as [number, number, number, number]
  const pointers = [raw, cameras, out].map((x) => wasm.pointer(x))
  wasm.parallel('gaussianHead', [...pointers, rows, cols, maxScalePixels], { jobs: batch * rows })
}
