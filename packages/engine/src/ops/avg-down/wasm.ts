import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { AvgDownArgs } from './arguments.ts'
import { avgDownKernel } from './wasm-kernels.ts'

export function avgDownWasm(args: AvgDownArgs, out: Tensor, wasm: WasmHost): void {
  const { x, add, channels: outChannels, timeFactor, spaceFactor } = args
  const [, , width, channels] = x.shape as [number, number, number, number]
  const [batch, outHeight] = out.shape as [number, number, number, number]
  wasm.parallel(avgDownKernel, {
    jobs: batch * outHeight,
    args: { x, add, out, width, channels, outChannels, timeFactor, spaceFactor },
  })
}
