import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { activationCode } from '../../wasm/product.ts'
import { overRows } from '../../wasm/rows.ts'
import type { RmsNormArgs } from './arguments.ts'

export function rmsNormWasm(
  { x, weight, eps, activation }: RmsNormArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const [count, size] = [rows(x), channels(x)]
  const pointers = [x, weight, out].map((t) => wasm.pointer(t))
  const args = [...pointers, count, size, eps, activationCode(activation)]
  overRows(wasm, 'rmsNorm', { args, count, size, scratchBytes: 64 })
}
