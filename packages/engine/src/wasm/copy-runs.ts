import type { WasmHost } from './host.ts'
import { overRows } from './rows.ts'

/** Runs of `length` words; where the first is, in bytes, and how far the next is, in words. */
export interface Runs {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly fromApart: number
  readonly toApart: number
  readonly length: number
}

export function copyRuns(
  wasm: WasmHost,
  { from, to, count, fromApart, toApart, length }: Runs,
): void {
  overRows(wasm, 'copyRuns', {
    args: [from, to, count, fromApart, toApart, length],
    count,
    size: length,
  })
}
