import { wasmKernel } from '../../wasm/kernel.ts'

/** Rows whose gains are found before the first is scaled, so that their sums need not wait for each other. */
export const constants = { GAINS_AT_ONCE: 16 }

export const rmsNormKernel = wasmKernel(
  'rmsNorm',
  {
    x: 'pointer',
    weight: 'pointer',
    out: 'pointer',
    size: 'i32',
    eps: 'f64',
    activation: 'i32',
    rows: 'i32',
    rowsPerJob: 'i32',
  },
  { gains: () => 4 * constants.GAINS_AT_ONCE },
)
