import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { DupUpArgs } from './arguments.ts'
import { repeats } from './arguments.ts'
import { dupUpKernel } from './wasm-kernels.ts'

export function dupUpWasm(args: DupUpArgs, out: Tensor, wasm: WasmHost): void {
  const { x, add, channels: outChannels } = args
  const [, , width, channels] = x.shape as [number, number, number, number]
  const [batch, outHeight] = out.shape as [number, number, number, number]
  wasm.parallel(dupUpKernel, {
    jobs: batch * outHeight,
    args: { x, add, out, width, channels, outChannels, repeats: repeats(args) },
  })
}
