import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { overRows } from '../../wasm/rows.ts'
import type { LayerNormArgs } from './arguments.ts'

export function layerNormWasm(args: LayerNormArgs, out: Tensor, wasm: WasmHost): void {
  const { x, eps, weight, bias, scale, shift } = args
  const [count, size] = [rows(x), channels(x)]
  const vectors = [weight, bias, scale, shift].map((t) => wasm.pointer(t))
  overRows(wasm, 'layerNorm', {
    args: [wasm.pointer(x), wasm.pointer(out), count, size, eps, ...vectors],
    count,
    size,
  })
}
