import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { PermuteArgs } from './arguments.ts'
import { maxAxes, permutedStrides } from './arguments.ts'

const jobElements = 16384

export function permuteWasm(args: PermuteArgs, out: Tensor, wasm: WasmHost): void {
  const missing = maxAxes - out.shape.length
  const sizes = [...Array<number>(missing).fill(1), ...out.shape]
  const strides = [...Array<number>(missing).fill(0), ...permutedStrides(args)]
  const lines = rows(out)
  const perJob = Math.max(1, Math.floor(jobElements / channels(out)))
  wasm.parallel(
    'permute',
    [wasm.pointer(args.x), wasm.pointer(out), lines, perJob, ...sizes, ...strides],
    {
      jobs: Math.ceil(lines / perJob),
    },
  )
}
