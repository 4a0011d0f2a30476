import type { Tensor } from '../../tensor.ts'
import { elementCount } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { BlendArgs } from './arguments.ts'
import { blendKernel } from './wasm-kernels.ts'

/** A multiple of 4, so that every job but the last has whole vectors. */
const perJob = 16384

export function blendWasm({ x, y, a, b }: BlendArgs, out: Tensor, wasm: WasmHost): void {
  const count = elementCount(out.shape)
  wasm.parallel(blendKernel, {
    jobs: Math.ceil(count / perJob),
    args: { x, y, out, a, b, count, perJob },
  })
}
