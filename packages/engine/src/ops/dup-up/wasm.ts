import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { DupUpArgs } from './arguments.ts'
import { repeats } from './arguments.ts'

export function dupUpWasm(args: DupUpArgs, out: Tensor, wasm: WasmHost): void {
  const [, , width, channels] = args.x.shape as [number, number, number, number]
  const [batch, outHeight] = out.shape as [number, number, number, number]
  const pointers = [args.x, args.add, out].map((t) => wasm.pointer(t))
  wasm.parallel('dupUp', [...pointers, width, channels, args.channels, repeats(args)], {
    jobs: batch * outHeight,
  })
}
