import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { blocksOfRows } from '../../wasm/rows.ts'
import type { RopeArgs } from './arguments.ts'
import { ropeKernel } from './wasm-kernels.ts'

export function ropeWasm({ x, cos, sin }: RopeArgs, out: Tensor, wasm: WasmHost): void {
  const [length, heads, size] = x.shape as [number, number, number]
  const { jobs, ...blocks } = blocksOfRows(length, heads * size)
  wasm.parallel(ropeKernel, { jobs, args: { x, cos, sin, out, heads, size, ...blocks } })
}
