import type { Tensor } from '../../tensor.ts'
import { channels, rows } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import {
  blockScratch,
  blockSize,
  epilogueArgs,
  packedWeights,
  panelCount,
} from '../../wasm/product.ts'
import type { LinearArgs } from './arguments.ts'

export function linearWasm(args: LinearArgs, out: Tensor, wasm: WasmHost): void {
  const [m, n, k] = [rows(args.x), channels(out), channels(args.x)]
  const packed = packedWeights(args.w, { n, k }, wasm)
  const block = blockSize({ m, n, k }, wasm)
  const finish = epilogueArgs({ ...args, out, columns: n }, wasm)
  wasm.parallel(
    'linear',
    [
      wasm.pointer(args.x),
      packed,
      m,
      k,
      block.rows,
      block.panels,
      panelCount(n, wasm),
      block.depth,
      ...finish,
    ],
    {
      jobs: Math.ceil(m / block.rows) * Math.ceil(panelCount(n, wasm) / block.panels),
      scratchBytes: blockScratch(block, k, wasm),
    },
  )
}
