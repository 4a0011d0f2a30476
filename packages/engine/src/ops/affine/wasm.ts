import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { overRows } from '../../wasm/rows.ts'
import type { AffineArgs } from './arguments.ts'

export function affineWasm({ x, scale, shift }: AffineArgs, out: Tensor, wasm: WasmHost): void {
  const [count, size] = [rows(x), channels(x)]
  const pointers = [x, scale, shift, out].map((t) => wasm.pointer(t))
  overRows(wasm, 'affine', { args: [...pointers, count, size], count, size })
}
