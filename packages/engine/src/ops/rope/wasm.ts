import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { overRows } from '../../wasm/rows.ts'
import type { RopeArgs } from './arguments.ts'

export function ropeWasm({ x, cos, sin }: RopeArgs, out: Tensor, wasm: WasmHost): void {
  const [count, heads, size] = x.shape as [number, number, number]
  const pointers = [x, cos, sin, out].map((t) => wasm.pointer(t))
  overRows(wasm, 'rope', { args: [...pointers, count, heads, size], count, size: heads * size })
}
