import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import type { AttentionArgs } from './index.ts'
import { attentionSizes } from './index.ts'

/** A block of logits, its weights after them and one panel are what a core works on: half a megabyte. */
const mostQueries = 288
const mostKeys = 256

export function attentionWasm(args: AttentionArgs, out: Tensor, wasm: WasmHost): void {
  const { batch, queries, keys, heads, size } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(size), lastKeyCount = 1 } = args
  // a head's keys are packed by each of its jobs, so jobs are no smaller than what keeps all threads busy
  const parts = Math.max(Math.ceil(queries / mostQueries), Math.ceil((3 * wasm.threads) / (batch * heads)))
  const perJob = roundUp(Math.ceil(queries / (wasm.threads === 1 ? Math.ceil(queries / mostQueries) : parts)), 6)
  const perBlock = Math.min(mostKeys, roundUp(keys, 8))
  const pointers = [args.q, args.k, args.v, out].map((t) => wasm.pointer(t))
  const bias = wasm.pointer(args.relativeBias)
  const sizes = [queries, keys, heads, size, scale, bias, Math.log(lastKeyCount), perJob, perBlock]
  wasm.parallel('attention', [...pointers, ...sizes], {
    jobs: batch * heads * Math.ceil(queries / perJob),
    scratchBytes: attentionScratch({ perJob, perBlock, size }),
  })
}

/** The tile and its tap, two tables of rows, two numbers a query, logits, weighted values, one panel. */
function attentionScratch({ perJob, perBlock, size }: { perJob: number; perBlock: number; size: number }): number {
  const floats =
    48 + 4 + 2 * (perJob + 6) + 2 * perJob + 4 + perJob * perBlock + perJob * roundUp(size, 8) + 8 * Math.max(perBlock, size)
  return floats * 4
}

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step
