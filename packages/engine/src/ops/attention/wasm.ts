import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { tileBytes } from '../../wasm/product.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'

/** A block of logits, its weights after them and one panel are what a core works on: half a megabyte. */
const mostQueries = 288
const mostKeys = 256
const jobsPerThread = 3

export function attentionWasm(args: AttentionArgs, out: Tensor, wasm: WasmHost): void {
  const { batch, queries, keys, heads, size } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(size), lastKeyCount = 1 } = args
  // each of a head's jobs packs its keys, so jobs are no smaller than what keeps all threads busy
  const jobsWanted = wasm.threads === 1 ? 1 : jobsPerThread * wasm.threads
  const parts = Math.max(Math.ceil(queries / mostQueries), Math.ceil(jobsWanted / (batch * heads)))
  const perJob = roundUp(Math.ceil(queries / parts), 6)
  const perBlock = Math.min(mostKeys, roundUp(keys, wasm.tileColumns))
  const pointers = [args.q, args.k, args.v, out].map((t) => wasm.pointer(t))
  const bias = wasm.pointer(args.relativeBias)
  const sizes = [queries, keys, heads, size, scale, bias, Math.log(lastKeyCount), perJob, perBlock]
  wasm.parallel('attention', [...pointers, ...sizes], {
    jobs: batch * heads * Math.ceil(queries / perJob),
    scratchBytes:
      tileBytes(wasm) + attentionScratch({ perJob, perBlock, size, panel: wasm.tileColumns }),
  })
}

interface AttentionBlock {
  readonly perJob: number
  readonly perBlock: number
  readonly size: number
  /** Columns of a panel. */
  readonly panel: number
}

/** After the tile: its tap, two tables of rows, two numbers a query, logits, weighted values, one panel. */
function attentionScratch({ perJob, perBlock, size, panel }: AttentionBlock): number {
  const tables = 2 * (perJob + 6) + 2 * perJob
  const values = perJob * (perBlock + roundUp(size, panel))
  return 4 * (4 + tables + 4 + values + panel * Math.max(perBlock, size))
}

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step
