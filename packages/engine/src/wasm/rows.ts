import type { WasmHost } from './host.ts'

/** Elements that are worth a job of their own: some ten microseconds of work. */
const jobElements = 16384

/**
 * Runs a kernel over `count` rows of `size` elements in blocks of rows; how many rows a block has is the
 * kernel's last argument.
 */
export function overRows(
  wasm: WasmHost,
  kernel: string,
  { args, count, size }: { args: readonly number[]; count: number; size: number },
): void {
  const perJob = Math.max(1, Math.floor(jobElements / size))
  wasm.parallel(kernel, [...args, perJob], { jobs: Math.ceil(count / perJob) })
}
