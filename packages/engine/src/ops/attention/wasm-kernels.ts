import { wasmKernel } from '../../wasm/kernel.ts'
import { roundUp, tileBytes } from '../../wasm/tile.ts'

/** Queries go in jobs, keys in blocks, which each pass over all queries of a job. */
export const attentionKernel = wasmKernel(
  'attention',
  {
    q: 'pointer',
    k: 'pointer',
    v: 'pointer',
    out: 'pointer',
    queries: 'i32',
    keys: 'i32',
    heads: 'i32',
    size: 'i32',
    scale: 'f32',
    relativeBias: 'pointer?',
    logLastKeyCount: 'f32',
    /** Whole tiles of rows. */
    queriesPerJob: 'i32',
    /** Whole tiles of columns. */
    keysPerBlock: 'i32',
  },
  {
    products: (_, tileColumns) => tileBytes(tileColumns),
    tap: () => 4,
    queryRows: ({ queriesPerJob }) => 4 * queriesPerJob,
    weightRows: ({ queriesPerJob }) => 4 * queriesPerJob,
    highest: ({ queriesPerJob }) => 4 * queriesPerJob,
    totals: ({ queriesPerJob }) => 4 * queriesPerJob,
    logits: ({ queriesPerJob, keysPerBlock }) => 4 * queriesPerJob * keysPerBlock,
    sums: ({ queriesPerJob, size }, tileColumns) => 4 * queriesPerJob * roundUp(size, tileColumns),
    // a panel of keys, then one of values
    packed: ({ keysPerBlock, size }, tileColumns) => 4 * tileColumns * Math.max(keysPerBlock, size),
  },
)
