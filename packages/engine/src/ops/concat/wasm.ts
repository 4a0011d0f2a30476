import type { Tensor } from '../../tensor.ts'
import { copyRuns } from '../../wasm/copy-runs.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { ConcatArgs } from './arguments.ts'
import { concatRuns } from './arguments.ts'

export function concatWasm(args: ConcatArgs, out: Tensor, wasm: WasmHost): void {
  for (const { x, first, apart, length, count } of concatRuns(args)) {
    const to = wasm.pointer(out) + first * 4
    copyRuns(wasm, { from: wasm.pointer(x), to, count, fromApart: length, toApart: apart, length })
  }
}
