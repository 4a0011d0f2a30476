import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import { copyRuns } from '../../wasm/copy-runs.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { CastArgs } from './arguments.ts'

/** Everything is f32 here, so a cast is a copy. */
export function castWasm({ x }: CastArgs, out: Tensor, wasm: WasmHost): void {
  const length = elementCount(x.shape)
  copyRuns(wasm, {
    from: wasm.pointer(x),
    to: wasm.pointer(out),
    count: 1,
    fromApart: 0,
    toApart: 0,
    length,
  })
}
