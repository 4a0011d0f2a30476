import { wasmKernel } from '../../wasm/kernel.ts'
import { tileBytes, wholeTiles } from '../../wasm/tile.ts'
import { epilogue, tileRows } from '../../wasm/wasm-kernels.ts'

export const linearKernel = wasmKernel(
  'linear',
  {
    x: 'pointer',
    packed: 'pointer',
    m: 'i32',
    k: 'i32',
    rowsPerJob: 'i32',
    panelsPerJob: 'i32',
    panels: 'i32',
    /** How much of K is multiplied at a time. */
    depth: 'i32',
    epilogue,
  },
  {
    tap: () => 4,
    rows: ({ rowsPerJob }) => 4 * wholeTiles(rowsPerJob) * tileRows,
    outs: ({ rowsPerJob }) => 4 * rowsPerJob,
    // one tile, or all of the job where the sums come in several parts
    sums: ({ rowsPerJob, panelsPerJob, depth, k }, tileColumns) =>
      tileBytes(tileColumns) * (depth < k ? wholeTiles(rowsPerJob) * panelsPerJob : 1),
  },
)
