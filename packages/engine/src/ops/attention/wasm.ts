import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { roundUp } from '../../wasm/tile.ts'
import { tileRows } from '../../wasm/wasm-kernels.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'
import { attentionKernel } from './wasm-kernels.ts'

/** A block of logits, its weights after them and one panel are what a core works on: half a megabyte. */
const mostQueries = 288
const mostKeys = 256
const jobsPerThread = 3

export function attentionWasm(args: AttentionArgs, out: Tensor, wasm: WasmHost): void {
  const { batch, queries, keys, heads, size } = attentionSizes(args)
  const { q, k, v, scale = 1 / Math.sqrt(size), relativeBias, lastKeyCount = 1 } = args
  // each of a head's jobs packs its keys, so jobs are no smaller than what keeps all threads busy
  const jobsWanted = wasm.threads === 1 ? 1 : jobsPerThread * wasm.threads
  const parts = Math.max(Math.ceil(queries / mostQueries), Math.ceil(jobsWanted / (batch * heads)))
  const queriesPerJob = roundUp(Math.ceil(queries / parts), tileRows)
  const keysPerBlock = Math.min(mostKeys, roundUp(keys, wasm.tileColumns))
  const sizes = { queries, keys, heads, size, queriesPerJob, keysPerBlock }
  wasm.parallel(attentionKernel, {
    jobs: batch * heads * Math.ceil(queries / queriesPerJob),
    args: { q, k, v, out, scale, relativeBias, logLastKeyCount: Math.log(lastKeyCount), ...sizes },
  })
}
