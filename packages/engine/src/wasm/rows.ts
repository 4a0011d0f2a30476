import type { WasmHost } from './host.ts'

/** Elements that are worth a job of their own: some ten microseconds of work. */
const jobElements = 16384

export interface RowsJob {
  readonly args: readonly number[]
  readonly count: number
  readonly size: number
  readonly scratchBytes?: number
}

/**
 * Runs a kernel over `count` rows of `size` elements in blocks of rows; how many rows a block has is the
 * kernel's last argument.
 */
export function overRows(
  wasm: WasmHost,
  kernel: string,
  { args, count, size, scratchBytes = 0 }: RowsJob,
): void {
  const perJob = Math.max(1, Math.floor(jobElements / size))
  wasm.parallel(kernel, [...args, perJob], { jobs: Math.ceil(count / perJob), scratchBytes })
}
