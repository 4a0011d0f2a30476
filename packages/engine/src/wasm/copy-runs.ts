import type { WasmHost } from './host.ts'
import { blocksOfRows } from './rows.ts'
import { copyRunsKernel } from './wasm-kernels.ts'

/** Runs of `length` words; where the first is, in bytes, and how far the next is, in words. */
export interface Runs {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly fromApart: number
  readonly toApart: number
  readonly length: number
}

export function copyRuns(wasm: WasmHost, { count, ...runs }: Runs): void {
  const { jobs, ...blocks } = blocksOfRows(count, runs.length)
  wasm.parallel(copyRunsKernel, { jobs, args: { ...runs, ...blocks } })
}
