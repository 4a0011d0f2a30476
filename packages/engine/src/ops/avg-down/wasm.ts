import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { AvgDownArgs } from './arguments.ts'

export function avgDownWasm(args: AvgDownArgs, out: Tensor, wasm: WasmHost): void {
  const [, height, width, channels] = args.x.shape as [number, number, number, number]
  const [batch, outHeight] = out.shape as [number, number, number, number]
  const pointers = [args.x, args.add, out].map((t) => wasm.pointer(t))
  const sizes = [height, width, channels, args.channels, args.timeFactor, args.spaceFactor]
  wasm.parallel('avgDown', [...pointers, ...sizes], { jobs: batch * outHeight })
}
