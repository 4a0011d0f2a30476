import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { overRows } from '../../wasm/rows.ts'
import type { GaussianSampleArgs } from './arguments.ts'

export function gaussianSampleWasm(
  { moments, eps }: GaussianSampleArgs,
  out: Tensor,
  wasm: WasmHost,
): void {
  const [count, size] = [rows(eps), channels(eps)]
  const pointers = [moments, eps, out].map((t) => wasm.pointer(t))
  overRows(wasm, 'gaussianSample', { args: [...pointers, count, size], count, size })
}
