import type { Tensor } from '../../tensor.ts'
import { copyRuns } from '../../wasm/copy-runs.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { SliceArgs } from './arguments.ts'
import { sliceRuns } from './arguments.ts'

export function sliceWasm(args: SliceArgs, out: Tensor, wasm: WasmHost): void {
  const { count, first, apart, length } = sliceRuns(args)
  const from = wasm.pointer(args.x) + first * 4
  copyRuns(wasm, { from, to: wasm.pointer(out), count, fromApart: apart, toApart: length, length })
}
